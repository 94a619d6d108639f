"""The columns of each metric."""

from analysis.records import Metric

COUNTERS: dict[Metric, dict[str, str]] = {
    Metric.DOWNLOADS: {"counter": "downloads_all_time", "shown": "downloads", "gain": "downloads_gain"},
    Metric.LIKES: {"counter": "likes", "shown": "likes", "gain": "likes_gain"},
    Metric.UPVOTES: {"counter": "upvotes", "shown": "upvotes", "gain": "upvotes_gain"},
}
"""For each metric: the counter whose difference is the gain, the number that is shown, and the gain."""
