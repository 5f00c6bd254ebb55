"""The API's refusals, each with its HTTP status, its code and its sentence.

Codes are those of the Qianfan API reference's V2 list and of the common list of Baidu Cloud
(https://cloud.baidu.com/doc/Reference/s/Bjz3uz3qj); what is a guess says so.
"""


class ApiError(Exception):
    """A refusal: what the answer's HTTP status, `code` and `message` will be."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(status, code, message)
        self.status = status
        self.code = code
        self.message = message


def bad_parameter(name: str, why: str = "invalid") -> ApiError:
    """A parameter that is missing or not what the document says."""
    return ApiError(400, "InappropriateJSON", f"The JSON you provided: param[{name}] {why}.")


def malformed_json() -> ApiError:
    """A body that is not JSON."""
    return ApiError(400, "MalformedJSON", "The JSON you provided was not well-formed.")


def invalid_marker(marker: str) -> ApiError:
    """A page that starts after an id which the list does not hold."""
    return ApiError(400, "InvalidMarker", f"The marker specified was invalid: {marker}.")


def unknown_action(route: str, action: str) -> ApiError:
    """An Action which the route does not have; that its code is InvalidURI is a guess."""
    return ApiError(400, "InvalidURI", f"Could not parse the specified URI: {route} {action!r}.")


def invalid_http_request() -> ApiError:
    """A request that is no POST."""
    return ApiError(400, "InvalidHTTPRequest", "There was an error in the HTTP request: use POST.")


def invalid_auth_header(why: str) -> ApiError:
    """An Authorization header that is not of bce-auth-v1's form."""
    return ApiError(
        400, "InvalidHTTPAuthHeader", f"The HTTP authorization header is invalid: {why}."
    )


def unsigned() -> ApiError:
    """A request without an Authorization header."""
    return ApiError(403, "AccessDenied", "Access denied: the request is not signed.")


def unknown_access_key() -> ApiError:
    """The sentence is the one that the official SDK looks for; code and status are guesses."""
    return ApiError(403, "InvalidAccessKeyId", "NotFound, cause: Could not find credential.")


def wrong_signature() -> ApiError:
    """The sentence is the one that the official SDK takes for a wrong secret key."""
    return ApiError(
        400,
        "SignatureDoesNotMatch",
        "SignatureDoesNotMatch, cause: Fail to authn user: Signature does not match",
    )


def request_expired() -> ApiError:
    """A signature whose time is up, or a clock that is more than 30 minutes off."""
    return ApiError(400, "RequestExpired", "Request has expired.")


def too_many_requests() -> ApiError:
    """Throttled; which code Qianfan itself uses for this is not published."""
    return ApiError(429, "RequestLimited", "The request rate is over the account's limit.")


# What `answers(status)` says where the test gives no code. Names from the lists above.
_BY_STATUS = {
    400: ("InappropriateJSON", "The JSON you provided was well-formed but not appropriate."),
    401: ("AccessDenied", "Access denied."),
    403: ("AccessDenied", "Access denied."),
    404: ("NoSuchKey", "The resource does not exist."),
    429: ("RequestLimited", "The request rate is over the account's limit."),
    500: ("InternalError", "We encountered an internal error. Please try again."),
    503: ("ServiceUnavailable", "The service is unavailable. Please try again later."),
}


def of_status(status: int, code: str | None = None, message: str | None = None) -> ApiError:
    """The usual refusal of an HTTP status, with another code or sentence where given."""
    usual = _BY_STATUS.get(status, _BY_STATUS[500 if status >= 500 else 400])
    return ApiError(status, code or usual[0], message or usual[1])
