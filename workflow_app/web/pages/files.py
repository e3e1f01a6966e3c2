"""Files of a case: downloaded by who may see the case, always as an attachment, never run by a browser.

The name is whatever somebody typed on their own machine: it goes out only through RFC 5987 encoding.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from flask import Blueprint, Response, stream_with_context

from workflow_app.kernel.errors import NotFound
from workflow_app.kernel.ports import StoredFile
from workflow_app.queries import case_file, case_papers, case_tasks
from workflow_app.queries.case_papers import Paper
from workflow_app.web.case_view import task_of
from workflow_app.web.desk import desk, reading, somebody

blueprint = Blueprint("files", __name__)
_CHUNK = 64 * 1024


@blueprint.get("/files/<attachment_id>")
def download(attachment_id: str) -> Response:
    """Send a file to whoever may see its case, or is working on its task."""
    somebody()
    paper = case_papers.paper(reading(), attachment_id)
    if paper is None or paper.state == "removed" or not _may_see(paper):
        raise NotFound("no_such_attachment", "没有这个附件，或者您无权查看")
    return send(StoredFile(paper.sha256, paper.size, paper.filename, paper.media_type))


def send(file: StoredFile) -> Response:
    """Send a kept file as a download under its name."""
    stream = desk().files.open(file.sha256)

    def chunks() -> Iterator[bytes]:
        with stream:
            while chunk := stream.read(_CHUNK):
                yield chunk

    answer = Response(stream_with_context(chunks()), mimetype=file.media_type)
    answer.headers["Content-Length"] = str(file.size)
    answer.headers["Content-Disposition"] = disposition(file.filename)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["ETag"] = f'"{file.sha256}"'
    return answer


def disposition(filename: str) -> str:
    """Return a header that offers a download under this name, whatever characters it holds."""
    plain = "".join(
        char if char.isascii() and (char.isalnum() or char in "._- ") else "_" for char in filename
    )
    return f"attachment; filename=\"{plain or 'file'}\"; filename*=UTF-8''{quote(filename, safe='')}"


def _may_see(paper: Paper) -> bool:
    found = somebody()
    if paper.state == "submitted" and case_file.case(reading(), found.viewer, paper.case_id) is not None:
        return True
    # A draft's file is seen by whoever holds the task it was uploaded for, and by nobody else.
    tasks = case_tasks.tasks_of_case(reading(), paper.case_id)
    return any(task_of(task) for task in tasks if paper.state == "submitted" or task.id == paper.task_id)
