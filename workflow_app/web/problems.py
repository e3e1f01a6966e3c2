"""From an error's class to an HTTP answer: the one table, shared by the pages and the API.

A page shows what is wrong, what to do and the article it rests on; the API sends the same as a problem
document. An error that is not ours is logged with a number a person can quote, and shown without its inside.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from flask import Flask, Response, current_app, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from workflow_app.kernel import errors
from workflow_app.kernel.identifiers import receipt_number
from workflow_app.web import problem_document
from workflow_app.web.texts import _

STATUS: Final[Mapping[type[errors.JcerError], HTTPStatus]] = {
    errors.Refused: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.Unauthenticated: HTTPStatus.UNAUTHORIZED,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.TooMany: HTTPStatus.TOO_MANY_REQUESTS,
    errors.InvalidForm: HTTPStatus.UNPROCESSABLE_ENTITY,
    problem_document.Malformed: HTTPStatus.BAD_REQUEST,
    problem_document.NotJson: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
}


def status_of(error: errors.JcerError) -> HTTPStatus:
    """Return the HTTP status of ``error``, by its class or the nearest one above it."""
    for kind in type(error).__mro__:
        if kind in STATUS:
            return STATUS[kind]
    return HTTPStatus.INTERNAL_SERVER_ERROR


def install_problems(app: Flask) -> None:
    """Answer every error of ``app`` with a page in the product's own frame."""
    app.register_error_handler(errors.JcerError, answer_error)
    app.register_error_handler(HTTPException, answer_http)
    app.register_error_handler(Exception, answer_unexpected)


def error_page(
    status: int, title: str, message: str, article: str | None = None, number: str = ""
) -> Response:
    """Return a page that says what is wrong and where to go."""
    page = render_template(
        "office/error.html", title=title, message=message, article=article, number=number, status=status
    )
    return make_response(page, status)


def answer_error(error: errors.JcerError) -> Response:
    """Answer an error of ours: a page for people, a problem document for machines."""
    status = status_of(error)
    if problem_document.for_machines():
        return problem_document.of_error(error, status, _title(status))
    return error_page(status, _title(status), error.message, error.article)


def answer_http(error: HTTPException) -> Response:
    """Answer an error of HTTP itself."""
    if error.response is not None:  # a redirect or an answer made on purpose
        return make_response(error.response)
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    if problem_document.for_machines():
        return problem_document.of_http(error, _title(status), _explained(status))
    answer = error_page(status, _title(status), _explained(status))
    if retry := error.get_headers() and getattr(error, "retry_after", None):
        answer.headers["Retry-After"] = str(retry)
    return answer


def answer_unexpected(error: Exception) -> Response:
    """Answer a defect: logged with a number, shown without its inside."""
    number = receipt_number("GZ")
    current_app.logger.error(
        "unexpected error %s at %s %r", number, request.method, request.path, exc_info=error
    )
    message = _("系统出错，您的操作没有生效。请稍后重试；仍不成功时，请把故障编号告诉系统管理员。")
    if problem_document.for_machines():
        status = HTTPStatus.INTERNAL_SERVER_ERROR
        return problem_document.document(
            status, "internal_error", _("系统出错"), message, details={"number": number}
        )
    return error_page(HTTPStatus.INTERNAL_SERVER_ERROR, _("系统出错"), message, number=number)


def _title(status: int) -> str:
    return {
        HTTPStatus.BAD_REQUEST: _("请求有误"),
        HTTPStatus.UNAUTHORIZED: _("请先登录"),
        HTTPStatus.FORBIDDEN: _("您不能办理此事项"),
        HTTPStatus.NOT_FOUND: _("没有找到"),
        HTTPStatus.METHOD_NOT_ALLOWED: _("不能这样访问"),
        HTTPStatus.CONFLICT: _("情况已有变化"),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _("内容过大"),
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE: _("格式不受支持"),
        HTTPStatus.UNPROCESSABLE_ENTITY: _("不能办理"),
        HTTPStatus.TOO_MANY_REQUESTS: _("操作过于频繁"),
    }.get(HTTPStatus(status), _("出错了"))


def _explained(status: int) -> str:
    return {
        HTTPStatus.NOT_FOUND: _("此页面不存在，或者您无权查看。"),
        HTTPStatus.METHOD_NOT_ALLOWED: _("此地址不接受这种操作，请从页面上的按钮进入。"),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _("提交的内容或附件超过上限，请精简或分次上传。"),
        HTTPStatus.TOO_MANY_REQUESTS: _("请稍候再试。"),
    }.get(HTTPStatus(status), _("请返回上一页，核对后重试。"))
