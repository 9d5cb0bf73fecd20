/** The frame of all screens: sign-in, navigation, and which screen an address means. */

import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { call } from "./api/client";
import type { Me } from "./api/types";
import { Failure, Skeleton } from "./components/states";
import { keepUnsavedOf } from "./jobs/unsaved";
import { Announcements } from "./page/announce";
import { forgetAll, isReachable, useLoad, useRepeat } from "./page/load";
import { Navigation } from "./page/navigation";
import { useRoute } from "./page/route";
import { ShortcutHelp, useShortcutKeys } from "./page/shortcuts";
import { newSince } from "./page/visit";
import { screenFor } from "./screens";
import { SignIn } from "./screens/sign-in";
import { CognitoSession } from "./session/cognito";
import type { LocalSession } from "./session/local";
import { isSignedIn } from "./session/state";

export function App({ session }: { session: CognitoSession | LocalSession }) {
  const signedIn = isSignedIn.use();
  useShortcutKeys();
  if (!signedIn) return <SignIn session={session} />;
  const signOut = () => {
    forgetAll();
    session.signOut();
    if (!(session instanceof CognitoSession)) isSignedIn.set(false);
  };
  return <SignedIn signOut={signOut} />;
}

function SignedIn({ signOut }: { signOut: () => void }) {
  const me = useLoad<Me>("me", async () => (await call("get", "/me")).data);
  if (me.value) return <Console me={me.value} signOut={signOut} />;
  return (
    <main id="main">
      {me.error ? (
        <>
          <Failure error={me.error} retry={me.reload} />
          <p class="centred">
            <button type="button" onClick={signOut}>
              Sign out
            </button>
          </p>
        </>
      ) : (
        <Skeleton label="Signing in" />
      )}
    </main>
  );
}

function Console({ me, signOut }: { me: Me; signOut: () => void }) {
  const route = useRoute();
  const since = useMemo(() => {
    keepUnsavedOf(me.id);
    return newSince(me.id);
  }, [me.id]);
  const main = useRef<HTMLElement>(null);
  const screen = screenFor(route, me, since);
  useEffect(() => {
    document.title = `${screen.title} · jobmatch`;
  }, [screen.title]);
  // In layout effects, here and in screens, so that a key that comes at once finds the focus there.
  useLayoutEffect(() => {
    scrollTo(0, 0);
    // A screen may begin elsewhere, as at its first row.
    if (!main.current?.contains(document.activeElement)) main.current?.focus({ preventScroll: true });
  }, [screen.key]);
  return (
    <>
      <Navigation me={me} route={route} signOut={signOut} skip={() => main.current?.focus()} />
      <Connection />
      <main id="main" ref={main} tabIndex={-1} key={screen.key}>
        {screen.content}
      </main>
      <Announcements />
      <ShortcutHelp />
    </>
  );
}

function Connection() {
  const reachable = isReachable.use();
  const probe = () => {
    call("get", "/health").then(
      () => dispatchEvent(new Event("online")),
      () => undefined,
    );
  };
  useRepeat(!reachable, 5000, probe);
  if (reachable) return null;
  return (
    <div class="offline" role="status">
      <strong>No connection.</strong> You see what was loaded before; changes cannot be saved now.
      <button type="button" class="plain" onClick={probe}>
        Try again
      </button>
    </div>
  );
}
