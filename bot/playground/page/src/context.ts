// What every part of the page needs: what is seen, as whom, and how to do something.

import { createContext, useContext } from "react";
import type { Answer, Json, Place } from "./protocol";
import type { Seen } from "./seen";

export type Theme = "light" | "dark";

export interface Page {
  seen: Seen;
  theme: Theme;
  act: (verb: Json) => Promise<Answer>;
  problemAt: (place: Place) => string | undefined;
  openThread: (channel: string, ts: string) => void;
  goTo: (channel: string) => void;
}

export const PageContext = createContext<Page | null>(null);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === null) throw new Error("there is no page here");
  return page;
}

export function placeKey(place: Place): string {
  return "view" in place ? place.view : `${place.channel}/${place.ts}`;
}
