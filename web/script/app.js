// What scripts add to pages that are whole without them.
import { enhanceCharts } from "./chart.js";

enhanceCharts(document);
