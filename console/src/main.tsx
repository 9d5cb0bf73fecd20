import { render } from "preact";
import { connect } from "./api/client";
import { App } from "./app";
import { forgetAll, isReachable } from "./page/load";
import { followPath } from "./page/route";
import { applyTheme, readTheme } from "./page/theme";
import { CognitoSession } from "./session/cognito";
import { readConfig } from "./session/config";
import { LocalSession } from "./session/local";
import { hasExpired, isSignedIn } from "./session/state";

async function start(): Promise<void> {
  const root = document.getElementById("app");
  if (!root) return;
  applyTheme(readTheme());
  followPath();
  try {
    const config = await readConfig();
    const session =
      config.signIn === "cognito"
        ? new CognitoSession(config.cognito, location.origin + location.pathname)
        : new LocalSession(config.apiUrl);
    connect({
      apiUrl: config.apiUrl,
      token: () => session.token(),
      onRefused: () => {
        forgetAll();
        hasExpired.set(isSignedIn.get());
        isSignedIn.set(false);
      },
      onReachable: (reached) => {
        if (reached !== isReachable.get()) isReachable.set(reached);
      },
    });
    const come = session instanceof CognitoSession ? session.finish() : session.resume();
    isSignedIn.set(await come.catch(() => false));
    render(<App session={session} />, root);
  } catch {
    render(<Unconfigured />, root);
  }
}

function Unconfigured() {
  return (
    <main class="empty failure">
      <h1>The console cannot start</h1>
      <p>Its configuration could not be read. Reload the page, or ask whoever runs it.</p>
    </main>
  );
}

void start();
