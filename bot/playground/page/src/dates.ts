// Times as their reader's Slack writes them: in the reader's time zone and language.

const TOKENS: Record<string, Intl.DateTimeFormatOptions> = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date: { year: "numeric", month: "long", day: "numeric" },
  date_short: { year: "numeric", month: "short", day: "numeric" },
  date_long: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  time: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  time_secs: { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
};

export interface Reader {
  tz: string;
  locale: string;
}

/** A `<!date^…>` as the reader sees it; the fallback where it names a token that Slack has not. */
export function slackDate(
  timestamp: string,
  format: string,
  fallback: string,
  reader: Reader,
): string {
  const moment = new Date(Number(timestamp) * 1000);
  if (Number.isNaN(moment.getTime())) return fallback;
  let known = true;
  const text = format.replace(/\{(\w+)\}/g, (_, name: string) => {
    const options = TOKENS[name.replace(/_pretty$/, "")];
    if (options === undefined) known = false;
    return options === undefined ? "" : written(moment, options, reader);
  });
  return known ? text : fallback;
}

export function clockTime(seconds: number, reader: Reader): string {
  return written(new Date(seconds * 1000), TOKENS.time!, reader);
}

export function day(seconds: number, reader: Reader): string {
  return written(
    new Date(seconds * 1000),
    { weekday: "long", month: "long", day: "numeric" },
    reader,
  );
}

export function dateAndTime(seconds: number, reader: Reader): string {
  const options = { month: "short", day: "numeric", ...TOKENS.time! } as const;
  return written(new Date(seconds * 1000), options, reader);
}

/** "1 h 20 min": a length of the world's time. */
export function length(seconds: number): string {
  const minutes = Math.max(0, Math.round(seconds / 60));
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
}

function written(moment: Date, options: Intl.DateTimeFormatOptions, reader: Reader): string {
  return new Intl.DateTimeFormat(reader.locale, { ...options, timeZone: reader.tz }).format(moment);
}
