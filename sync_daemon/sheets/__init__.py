"""Google: transport, quota, retry and addressing. The only place that talks to Sheets."""
