import { createRoot } from "react-dom/client";
import "slack-blocks-to-jsx/dist/style.css";
import "./page.css";
import { App } from "./app";

createRoot(document.getElementById("root")!).render(<App />);
