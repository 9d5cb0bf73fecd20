import { Shared } from "../page/shared";

export const isSignedIn = new Shared(false);
/** Whether the last session ended by itself. */
export const hasExpired = new Shared(false);
