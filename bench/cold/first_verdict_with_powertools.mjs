// The same with Powertools for TypeScript: what ours logs and counts with, and Node's does not.
import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import "./first_verdict.mjs";

const metrics = new Metrics();
new Logger().info("started");
metrics.addMetric("started", MetricUnit.Count, 1);
metrics.publishStoredMetrics();
