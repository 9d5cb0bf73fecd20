import type { useEmployer } from "../jobs/employers";

type Props = { employer: ReturnType<typeof useEmployer>; value: string; onChange: (value: string) => void };

export function EmployerField({ employer: { companies, mail }, value, onChange }: Props) {
  const input = { list: "employers", autocomplete: "off", required: true, "aria-describedby": "who", value };
  return (
    <div class="field">
      <label for="employer">The employer</label>
      <input {...input} id="employer" onInput={(event) => onChange(event.currentTarget.value)} />
      <datalist id="employers">
        {companies.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <p class="hint" id="who" role="status">
        {mail ? `The job is ${mail}’s.` : "A company that has jobs, or the id of an employer."}
      </p>
    </div>
  );
}
