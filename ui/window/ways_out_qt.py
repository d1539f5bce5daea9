"""The two ways out that Qt offers, for `indoors prove`; run as a module it is the sealed stand-in for the window."""

from __future__ import annotations

import errno

from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer, QUrl
from PySide6.QtNetwork import QAbstractSocket, QNetworkAccessManager, QNetworkReply, QNetworkRequest, QTcpSocket

from models.worker import Handler, serve

LIMIT_MS = 3000

_REFUSALS = (
    QAbstractSocket.SocketError.SocketAccessError,
    QAbstractSocket.SocketError.SocketResourceError,
    QAbstractSocket.SocketError.UnsupportedSocketOperationError,
)


def try_way(way: str, host: str, port: int, token: str) -> None:
    """Reach the listener by "tcp" or by "http". Raises OSError with Qt's own words; Qt does not tell the number, so
    a refused socket is EACCES and anything else EIO."""
    # Kept until the end: Qt aborts when sockets outlive their application.
    application = QCoreApplication.instance() or QCoreApplication([])
    if way == "tcp":
        _tcp(host, port, token)
    else:
        _http(host, port, token)
    del application


def _tcp(host: str, port: int, token: str) -> None:
    connection = QTcpSocket()
    connection.connectToHost(host, port)
    if not connection.waitForConnected(LIMIT_MS):
        number = errno.EACCES if connection.error() in _REFUSALS else errno.EIO
        raise OSError(number, f"{connection.error().name}: {connection.errorString()}")
    connection.write(token.encode())
    connection.waitForBytesWritten(LIMIT_MS)
    connection.disconnectFromHost()


def _http(host: str, port: int, token: str) -> None:
    """Only the request has to arrive: the listener is no web server and closes without an answer."""
    manager = QNetworkAccessManager()
    reply = manager.get(QNetworkRequest(QUrl(f"http://{host}:{port}/{token}")))
    sent: list[bool] = []
    reply.requestSent.connect(lambda: sent.append(True))
    loop = QEventLoop()
    reply.finished.connect(loop.quit)
    QTimer.singleShot(LIMIT_MS, loop.quit)
    if not reply.isFinished():
        loop.exec()
    error, words = reply.error(), reply.errorString()
    reply.abort()
    if not sent and error != QNetworkReply.NetworkError.NoError:
        number = errno.EIO if error == QNetworkReply.NetworkError.ConnectionRefusedError else errno.EACCES
        raise OSError(number, f"{error.name}: {words}")


def _handlers() -> dict[str, Handler]:
    return {}


if __name__ == "__main__":
    serve(_handlers, name="window", programs=True, unix=True)
