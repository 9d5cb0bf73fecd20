import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Failure, Skeleton } from "../components/states";
import { useLoad } from "../page/load";
import { CognitoSession } from "../session/cognito";
import type { LocalSession, Person } from "../session/local";
import { hasExpired, isSignedIn } from "../session/state";

export function SignIn({ session }: { session: CognitoSession | LocalSession }) {
  const expired = hasExpired.use();
  useEffect(() => {
    document.title = "Sign in · jobmatch";
  }, []);
  return (
    <main class="sign-in">
      <h1>jobmatch</h1>
      <p class="lead">Post jobs, see who fits and why, and decide.</p>
      {expired && <p role="alert">Your session has ended. Sign in again to go on where you were.</p>}
      {session instanceof CognitoSession ? <HostedSignIn session={session} /> : <PersonChoice session={session} />}
    </main>
  );
}

function HostedSignIn({ session }: { session: CognitoSession }) {
  return (
    <button type="button" class="primary" autofocus onClick={() => void session.begin()}>
      Sign in
    </button>
  );
}

function PersonChoice({ session }: { session: LocalSession }) {
  const people = useLoad<Person[]>("people", async () => {
    const found = await session.people();
    return found.sort((one, other) => Number(one.role === "admin") - Number(other.role === "admin"));
  });
  const [error, setError] = useState<unknown>(null);
  const first = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => first.current?.focus(), [people.value]);
  const signIn = async (id: string) => {
    try {
      await session.signIn(id);
      hasExpired.set(false);
      isSignedIn.set(true);
    } catch (failure) {
      setError(failure);
    }
  };
  if (error || people.error) return <Failure error={error ?? people.error} retry={people.reload} />;
  if (!people.value) return <Skeleton lines={4} />;
  return (
    <>
      <h2>Who are you today?</h2>
      <p class="muted">These are invented people of this machine’s sample. No password is asked.</p>
      <ul class="people">
        {people.value.map((person, index) => (
          <li key={person.id}>
            <button type="button" ref={index === 0 ? first : null} onClick={() => void signIn(person.id)}>
              <strong>{person.companyName ?? person.label}</strong>
              <span class="muted">{person.role === "admin" ? "Admin" : `Employer, ${person.label}`}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
