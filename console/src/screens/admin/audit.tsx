import { useState } from "preact/hooks";
import { readGroups } from "../../admin/groups";
import { useTitles } from "../../admin/titles";
import { call, readCsv } from "../../api/client";
import type { AuditedJob, GroupCounts, MatchingAudit } from "../../api/types";
import { Bar } from "../../components/score";
import { Empty, Shown } from "../../components/states";
import { type Column, Table } from "../../components/table";
import { attempt, tell } from "../../page/announce";
import { useLoad } from "../../page/load";
import { href } from "../../page/route";
import { useShortcuts } from "../../page/shortcuts";
import { day, inNumbers } from "../../page/words";

const ROUTE = "/admin/matching-audit" as const;
/** Below four fifths of the highest rate, a group's rate is commonly looked into. */
const FOUR_FIFTHS = 0.8;

export function Audit() {
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const [groups, setGroups] = useState<ReturnType<typeof readGroups> | null>(null);
  const query = { ...(from ? { from } : {}), ...(to ? { to } : {}) };
  const body = groups ? { groups } : undefined;
  const audit = useLoad<MatchingAudit>(`audit ${from} ${to} ${JSON.stringify(groups)}`, async () => {
    const asked = body ? call("post", ROUTE, { query, body }) : call("get", ROUTE, { query });
    return (await asked).data as MatchingAudit;
  });
  const download = () =>
    attempt(async () => {
      save(await readCsv(ROUTE, query, body), "matching-audit.csv");
      tell("The audit is downloaded.");
    });
  const choose = async (file: File | undefined) => {
    try {
      setGroups(file ? readGroups(await file.text()) : null);
    } catch (error) {
      tell(error instanceof Error ? error.message : "This file cannot be read.");
    }
  };
  useShortcuts("Audit", [{ key: "x", name: "Download as CSV", run: () => void download() }]);
  const date = (label: string, value: string, set: (value: string) => void) => (
    <label>
      {label}
      <input type="date" value={value} onChange={(event) => set(event.currentTarget.value)} />
    </label>
  );
  return (
    <>
      <div class="heading">
        <h1>Audit</h1>
        <button type="button" class="primary" onClick={() => void download()}>
          Download CSV <kbd>x</kbd>
        </button>
      </div>
      <form class="filter" aria-label="Period and groups" onSubmit={(event) => event.preventDefault()}>
        {date("From", from, setFrom)}
        {date("To", to, setTo)}
        <label>
          Groups: a file with lines “group,profile id”
          <input
            type="file"
            accept=".csv,text/csv,text/plain"
            onChange={(event) => void choose(event.currentTarget.files?.[0])}
          />
        </label>
      </form>
      <Shown of={audit} lines={8}>
        {(value) => <Figures audit={value} />}
      </Shown>
    </>
  );
}

function Figures({ audit }: { audit: MatchingAudit }) {
  const { firstDay, lastDay, jobs, total } = audit;
  const titleOf = useTitles();
  if (jobs.length === 0) return <Empty title="No job was matched in this period" />;
  const counts = total.counts ?? {};
  const steps: [string, number][] = [
    ["Considered", counts.considered ?? 0],
    ["Meet the requirements", counts.passed ?? 0],
    ["Shortlisted", counts.shortlisted ?? 0],
    ["Scored above the median", counts.scoredAboveMedian ?? 0],
  ];
  const groups = total.groups ?? [];
  return (
    <>
      <p class="muted">
        {day(firstDay)} to {day(lastDay)}, {jobs.length} rankings. A candidate of two jobs counts twice.
      </p>
      <h2>All jobs together</h2>
      <dl class="chart">
        {steps.map(([name, number]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <Bar value={number} of={counts.considered} />
              {inNumbers(number)}
            </dd>
          </div>
        ))}
      </dl>
      <h2>Groups</h2>
      {groups.length === 0 ? (
        <p class="muted">
          Choose a file above to compare groups of candidates. This system knows no groups; what you send is not stored.
        </p>
      ) : (
        <Groups groups={groups} />
      )}
      <h2>Jobs</h2>
      <Table caption="Jobs" columns={jobColumns(titleOf)} items={jobs} keyOf={(job) => job.jobId + job.rankedAt} />
    </>
  );
}

function Groups({ groups }: { groups: GroupCounts[] }) {
  return (
    <>
      {ratios(groups, "Selection", "selectionImpactRatio")}
      {ratios(groups, "Scoring", "scoringImpactRatio")}
      <Table caption="Groups" columns={GROUPS} items={groups} keyOf={(each) => each.group} />
    </>
  );
}

function ratios(groups: GroupCounts[], name: string, field: "selectionImpactRatio" | "scoringImpactRatio") {
  return (
    <>
      <h3>{name}: impact ratio, a group’s rate by the highest of any</h3>
      <dl class="chart">
        {groups.map((each) => {
          const ratio = each[field];
          const isLow = ratio !== null && ratio < FOUR_FIFTHS;
          return (
            <div key={each.group}>
              <dt>{each.group}</dt>
              <dd>
                <Bar value={ratio ?? 0} of={1} tone={isLow ? "weak" : "strong"} />
                {fraction(ratio)} {isLow && "⚠ below 0.8"}
              </dd>
            </div>
          );
        })}
      </dl>
    </>
  );
}

const fraction = (value: number | null) => (value === null ? "–" : value.toFixed(3));
const GROUPS: Column<GroupCounts>[] = [
  { name: "Group", cell: (each) => each.group },
  { name: "Considered", isNumber: true, cell: (each) => inNumbers(each.considered) },
  { name: "Shortlisted", isNumber: true, cell: (each) => inNumbers(each.shortlisted) },
  { name: "Selection rate", isNumber: true, cell: (each) => fraction(each.selectionRate) },
  { name: "Impact ratio", isNumber: true, cell: (each) => fraction(each.selectionImpactRatio) },
  { name: "Above median", isNumber: true, cell: (each) => inNumbers(each.scoredAboveMedian) },
  { name: "Scoring rate", isNumber: true, cell: (each) => fraction(each.scoringRate) },
  { name: "Its impact ratio", isNumber: true, cell: (each) => fraction(each.scoringImpactRatio) },
];
const jobColumns = (titleOf: (jobId: string) => string): Column<AuditedJob>[] => [
  { name: "Job", cell: ({ jobId }) => <a href={href("jobs", jobId)}>{titleOf(jobId)}</a> },
  { name: "Ranked", cell: (job) => day(job.rankedAt) },
  { name: "Runs", isNumber: true, cell: (job) => inNumbers(job.runs) },
  { name: "Considered", isNumber: true, cell: (job) => inNumbers(job.counts.considered ?? 0) },
  { name: "Passed", isNumber: true, cell: (job) => inNumbers(job.counts.passed ?? 0) },
  { name: "Shortlisted", isNumber: true, cell: (job) => inNumbers(job.counts.shortlisted ?? 0) },
  { name: "Median", isNumber: true, cell: (job) => job.medianScore ?? "–" },
  { name: "Scored by", cell: (job) => job.modelId ?? `Rubric ${job.rubricVersion}` },
];

function save(text: string, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  link.download = name;
  link.click();
  // The browser has taken it over by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
