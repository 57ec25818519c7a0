/** The six digits that the hub shows; a space in the middle is fine. */
export function JoinCodeField({
  code,
  onChange,
}: {
  code: string;
  onChange: (code: string) => void;
}) {
  return (
    <label className="font-medium">
      Join code
      <input
        className="mt-1 min-h-14 w-full rounded-xl border border-line bg-surface px-4 text-center text-3xl font-bold tracking-[0.3em] text-ink"
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={7}
        placeholder="000000"
        value={code}
        onChange={(event) => onChange(event.target.value)}
      />
    </label>
  );
}

export function isJoinCode(code: string): boolean {
  return /^\d{6}$/.test(code.replaceAll(' ', ''));
}
