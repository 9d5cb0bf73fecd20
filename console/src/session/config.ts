/** Where the API is and how people sign in, as the page's own server says. */

export interface CognitoConfig {
  /** The address of the hosted sign-in, as https://name.auth.region.amazoncognito.com. */
  domain: string;
  clientId: string;
}

export type Config =
  | { apiUrl: string; signIn: "local" }
  | { apiUrl: string; signIn: "cognito"; cognito: CognitoConfig };

export async function readConfig(): Promise<Config> {
  const response = await fetch(`${import.meta.env.BASE_URL}config.json`, { cache: "no-store" });
  if (!response.ok) throw new Error(`config.json answered ${response.status}`);
  const config: Config = await response.json();
  return { ...config, apiUrl: config.apiUrl.replace(/\/$/, "") };
}
