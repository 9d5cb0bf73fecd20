import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { type Fault, importAll, type Progress, readDocuments } from "../../admin/import";
import { inWords, Problem } from "../../api/problem";
import { Alert } from "../../components/states";
import { type Column, Table } from "../../components/table";
import { count, inNumbers } from "../../page/words";

const COLUMNS: Column<Fault>[] = [
  { name: "Profile", cell: (fault) => inNumbers(fault.number) },
  { name: "Where", cell: (fault) => fault.pointer || "The whole" },
  { name: "What", cell: (fault) => fault.message },
];
const MOST_SHOWN = 200;

export function Import() {
  const [progress, setProgress] = useState<Progress | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isResume, setResume] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => input.current?.focus(), []);
  const isRunning = progress !== null && progress.done < progress.total && !problem;
  const start = async (file: File | undefined) => {
    if (!file) return;
    setProblem(null);
    setProgress(null);
    try {
      await importAll(readDocuments(await file.text()), isResume ? "jsonresume" : null, setProgress);
    } catch (error) {
      const isOurs = error instanceof Problem || !(error instanceof Error);
      setProblem(isOurs ? inWords(error) : `This file cannot be read. ${error.message}`);
    } finally {
      if (input.current) input.current.value = "";
    }
  };
  return (
    <>
      <div class="heading">
        <h1>Import candidates</h1>
        <a class="button" href="#/admin/candidates/draft">
          Draft from a résumé
        </a>
      </div>
      <form class="fields narrow" onSubmit={(event) => event.preventDefault()}>
        <label class="choice">
          <input type="checkbox" checked={isResume} onChange={(event) => setResume(event.currentTarget.checked)} />
          They are JSON Resumes
        </label>
        <div class="field">
          <label for="file">A JSON file with a list of profiles</label>
          <p class="hint">
            A profile with an <code>id</code> that is known replaces that one. What is faulty is left out and listed
            here; all others are imported.
          </p>
          <input
            id="file"
            type="file"
            accept="application/json,.json"
            ref={input}
            disabled={isRunning}
            onChange={(event) => void start(event.currentTarget.files?.[0])}
          />
        </div>
      </form>
      <Alert text={problem} />
      {progress && (
        <section aria-label="Progress">
          <progress max={progress.total} value={progress.done} aria-label="Imported so far" />
          <p role="status">
            {inNumbers(progress.done)} of {count(progress.total, "profile")} read, {inNumbers(progress.imported)}{" "}
            imported, {inNumbers(progress.refused)} refused.
          </p>
          <Faults title="Refused" faults={progress.faults} />
          <Faults title="Imported, but not all was understood" faults={progress.warnings} omitted={progress.omitted} />
        </section>
      )}
    </>
  );
}

function Faults({ title, faults, omitted = 0 }: { title: string; faults: Fault[]; omitted?: number }) {
  if (faults.length === 0) return null;
  const more = Math.max(0, faults.length - MOST_SHOWN) + omitted;
  return (
    <>
      <h2>{title}</h2>
      <Table
        caption={title}
        columns={COLUMNS}
        items={faults.slice(0, MOST_SHOWN)}
        keyOf={(fault) => `${fault.number}${fault.pointer}${fault.message}`}
      />
      {more > 0 && <p>And {inNumbers(more)} more.</p>}
    </>
  );
}
