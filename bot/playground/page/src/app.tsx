// The whole page: who one is, where one is, and what lies beside it.

import { useCallback, useEffect, useMemo, useState, type ReactNode } from "react";
import { Blocks } from "./blocks";
import { nameOf } from "./composer";
import { post, useFeed } from "./connection";
import { PageContext, placeKey, type Page, type Theme } from "./context";
import { Conversation, Thread } from "./conversation";
import { Modal } from "./modal";
import { Panel } from "./panel";
import type { Answer, Channel, Json, Place } from "./protocol";
import { inChannel, type Seen } from "./seen";
import { Sidebar } from "./sidebar";

const FIRST_PERSON = "ada";
const FIRST_CHANNEL = "training";
const NOTHING_READ = "0";
const WIDE = "(min-width: 1100px)";

const PROBLEMS: Record<string, string> = {
  operation_timeout: "qfbot did not answer within three seconds (operation_timeout)",
  dispatch_failed: "Slack could not reach qfbot (dispatch_failed)",
  invalid_response: "qfbot answered something that Slack does not understand (invalid_response)",
};

export function App(): ReactNode {
  const [as, setAs] = useState(FIRST_PERSON);
  const { seen, connected } = useFeed(as);
  const [theme, setTheme] = useTheme();
  const [where, setWhere] = useState<string>();
  const [thread, setThread] = useState<{ channel: string; ts: string }>();
  const [panel, setPanel] = useState(() => window.matchMedia(WIDE).matches);
  const [onList, setOnList] = useState(false);
  const [tab, setTab] = useState<"messages" | "home">("messages");
  const [problems, setProblems] = useState<Record<string, string>>({});

  const act = useCallback(
    async (verb: Json): Promise<Answer> => {
      const answer = await post("act", { as, ...verb });
      const place: Place | undefined = verb.place;
      if (place) {
        const told = answer.ok
          ? answer.problem && (PROBLEMS[answer.problem] ?? answer.problem)
          : answer.error;
        setProblems((before) => ({ ...before, [placeKey(place)]: told ?? "" }));
      }
      return answer;
    },
    [as],
  );
  const goTo = useCallback((channel: string) => {
    setWhere(channel);
    setThread(undefined);
    setOnList(false);
    setTab("messages");
  }, []);
  const page = useMemo<Page>(
    () => ({
      seen,
      theme,
      act,
      goTo,
      problemAt: (place) => problems[placeKey(place)],
      openThread: (channel, ts) => setThread({ channel, ts }),
    }),
    [seen, theme, act, goTo, problems],
  );
  const channel = currentChannel(seen, where);
  const { readTo, newFrom } = useReading(seen, tab === "messages" ? channel : undefined, act);
  if (!seen.ready || !channel) return <p className="opening">Opening the playground…</p>;

  const threadChannel = thread && seen.channels[thread.channel];
  const isApp = channel.with === seen.bot;
  const openHome = () => {
    setTab("home");
    void act({ do: "home" });
  };
  return (
    <PageContext.Provider value={page}>
      <div
        className={["page", onList && "on-list", thread && "with-thread", panel && "with-panel"]
          .filter(Boolean)
          .join(" ")}
      >
        <Sidebar
          current={onList ? "" : channel.id}
          readTo={readTo}
          become={(name) => {
            setAs(name);
            setThread(undefined);
          }}
        />
        <main>
          <header className="top">
            <button
              type="button"
              className="bare back"
              aria-label="Back to the channels"
              onClick={() => setOnList(true)}
            >
              ‹
            </button>
            <h1>{nameOf(channel, seen.people)}</h1>
            {channel.kind !== "im" && (
              <span className="quiet members">{channel.members.length} members</span>
            )}
            {isApp && seen.has_home && (
              <div className="tabs" role="tablist">
                <button type="button" role="tab" aria-selected={tab === "home"} onClick={openHome}>
                  Home
                </button>
                <button
                  type="button"
                  role="tab"
                  aria-selected={tab === "messages"}
                  onClick={() => setTab("messages")}
                >
                  Messages
                </button>
              </div>
            )}
            <span className="spring" />
            {!connected && (
              <span className="problem" role="status">
                The line is down…
              </span>
            )}
            <button
              type="button"
              className="bare"
              aria-label={theme === "dark" ? "Light" : "Dark"}
              title="Light or dark"
              onClick={() => setTheme(theme === "dark" ? "light" : "dark")}
            >
              {theme === "dark" ? "☀" : "☾"}
            </button>
            <button
              type="button"
              className="bare"
              aria-label="The playground's panel"
              aria-pressed={panel}
              title="World, faults, traffic"
              onClick={() => setPanel(!panel)}
            >
              ⚙
            </button>
          </header>
          {isApp && tab === "home" ? (
            <Home seen={seen} />
          ) : (
            <Conversation channel={channel} newFrom={newFrom} />
          )}
        </main>
        {threadChannel && (
          <Thread channel={threadChannel} ts={thread.ts} close={() => setThread(undefined)} />
        )}
        {panel && <Panel close={() => setPanel(false)} />}
        {seen.view && <Modal key={seen.view.id} view={seen.view} />}
      </div>
    </PageContext.Provider>
  );
}

function Home({ seen }: { seen: Seen }): ReactNode {
  return (
    <div className="messages home">
      {seen.home ? (
        <Blocks blocks={seen.home.content.blocks} place={{ view: seen.home.id }} />
      ) : (
        <p className="quiet nothing">qfbot shows nothing in its Home yet.</p>
      )}
    </div>
  );
}

function currentChannel(seen: Seen, where: string | undefined): Channel | undefined {
  const there = where === undefined ? undefined : seen.channels[where];
  const all = Object.values(seen.channels);
  return there ?? all.find((each) => each.name === FIRST_CHANNEL) ?? all[0];
}

/** Marks what is on the screen as read, and remembers where the new things began. */
function useReading(
  seen: Seen,
  channel: Channel | undefined,
  act: Page["act"],
): { readTo: Record<string, string>; newFrom: string } {
  const [readTo, setReadTo] = useState<Record<string, string>>({});
  const [newFrom, setNewFrom] = useState("");
  const id = channel?.id;
  useEffect(() => {
    if (!id) return;
    const from = readTo[id] ?? seen.channels[id]?.last_read ?? NOTHING_READ;
    const hasNews = from !== NOTHING_READ && inChannel(seen, id).some((each) => each.ts > from);
    setNewFrom(hasNews ? from : "");
    // Where the new things begin is settled when a channel is opened, and not at each message.
  }, [id, seen.me]);
  const messages = id ? inChannel(seen, id) : [];
  const last = messages[messages.length - 1]?.ts;
  useEffect(() => {
    if (!id || !last) return;
    setReadTo((before) => ({ ...before, [id]: last }));
    void act({ do: "reads", channel: id, ts: last });
  }, [id, last, act]);
  useEffect(() => setReadTo({}), [seen.me]);
  return { readTo, newFrom };
}

/** What the system prefers, until somebody says otherwise. */
function useTheme(): [Theme, (theme: Theme) => void] {
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const [chosen, setChosen] = useState<Theme | null>(localStorage.getItem("theme") as Theme | null);
  const [preferred, setPreferred] = useState<Theme>(system.matches ? "dark" : "light");
  useEffect(() => {
    const follow = (event: MediaQueryListEvent) => setPreferred(event.matches ? "dark" : "light");
    system.addEventListener("change", follow);
    return () => system.removeEventListener("change", follow);
  }, []);
  const theme = chosen ?? preferred;
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  const choose = (next: Theme) => {
    localStorage.setItem("theme", next);
    setChosen(next);
  };
  return [theme, choose];
}
