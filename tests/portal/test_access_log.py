"""gunicorn's access log, where the owner asks for one."""

from datetime import timedelta

from gunicorn.config import Config
from gunicorn.glogging import Logger

from portal import gunicorn


def test_the_access_log_names_no_query():
    logger = Logger(Config())
    environ = {
        "REQUEST_METHOD": "GET",
        "RAW_URI": "/sok/?q=hemmelig",
        "PATH_INFO": "/sok/",
        "QUERY_STRING": "q=hemmelig",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_REFERER": "http://localhost/sok/?q=hemmelig",
        "REMOTE_ADDR": "127.0.0.1",
    }
    answer = type("Answer", (), {"status": "200 OK", "sent": 5, "headers": []})
    request = type("Request", (), {"headers": []})
    atoms = logger.atoms(answer, request, environ, timedelta(seconds=1))
    line = gunicorn.access_log_format % logger.atoms_wrapper_class(atoms)
    assert "hemmelig" not in line
    assert '"GET /sok/ HTTP/1.1" 200 5' in line
