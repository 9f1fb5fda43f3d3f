import "uplot/dist/uPlot.min.css";
import "./styles/tokens.css";
import "./styles/shell.css";
import "./styles/overview.css";
import "./styles/map.css";
import "./styles/logs.css";
import "./styles/details.css";
import "./styles/cloud.css";
import { render } from "preact";
import { App } from "./app";

const root = document.getElementById("app");
if (root) {
  root.replaceChildren();
  render(<App />, root);
}
