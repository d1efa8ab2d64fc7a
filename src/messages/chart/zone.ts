/** How a moment reads on the clocks of a zone. */
export interface WallTime {
  /** Differs from one day to the next, and only then. */
  readonly day: string;
  /** Since midnight by the clock: on the day when clocks go back, the same minute comes twice. */
  readonly minute: number;
}

/** Reads moments on the clocks of a zone. Making the formatter is what costs: it is made once. */
export function wallClock(timezone: string): (at: number) => WallTime {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (at) => {
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
    const { year, month, day, hour, minute } = parts;
    return { day: `${year}-${month}-${day}`, minute: Number(hour) * 60 + Number(minute) };
  };
}
