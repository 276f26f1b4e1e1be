"""What this cluster notes about itself, which Kubernetes keeps elsewhere: texts of ``explain``."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "Exec": """
        = A line typed into a container, and all that came of it.
        closed: Whether the shell ended with it.
        container!: The container.
        cwd: Where the shell was afterwards.
        durationSeconds: How long it took.
        env: Variables it set; null for those it unset.
        exitCode!: The code it ended with.
        files: Files it left by their paths; null for those it removed.
        line!: What was typed.
        pod!: The pod's name.
        podUid!: The pod's UID: another of the same name is another pod.
        processes: Programs it left running, each with its number.
        requests: What containers received because of it.
        restartCount!: Which life of the container it belongs to.
        session!: The shell it was typed into.
        signals: Signals it sent, by the number of the program.
        stderr: What it printed as an error.
        stdout: What it printed.
        time!: When, in seconds since 1970.
    """,
    "Request": """
        = Something a container received.
        container: The container.
        line: What its log says of it.
        podUid: The UID of its pod.
        restartCount: Which life of the container it was.
        time: When, in seconds since 1970.
    """,
    "VolumeContent": """
        = Files that are there after those who wrote them.
        files: Texts by path; a path that ends in a slash is a folder.
        writes: What has been written since.
    """,
    "FileWrite": """
        = A file that was written.
        append: Whether the text was put behind what was there.
        at: When, in seconds since 1970.
        by: Whose program wrote it; nothing for what was typed.
        path: The file.
        text: What was written; null where the file was removed.
    """,
    "Recommendation": """
        = What an autoscaler would have liked.
        replicas: So many pods.
        since string: Since when.
    """,
    "ScaleChange": """
        = What an autoscaler changed.
        replicas: By how many pods, fewer if negative.
        time string: When.
    """,
}
