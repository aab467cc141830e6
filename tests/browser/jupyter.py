"""A Jupyter server of its own on loopback, with Lab and Voila, whose settings come from nowhere else."""

import contextlib
import functools
import json
import os
import secrets
import signal
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import httpx
import nbformat
from ports import reserved_port

ROOT = Path(__file__).resolve().parents[2]
_SETTINGS = {
    "@jupyterlab/apputils-extension/notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": True,
    },
    "@jupyterlab/apputils-extension/themes": {
        "adaptive-theme": True,
        "preferred-light-theme": "JupyterLab Light",
        "preferred-dark-theme": "JupyterLab Dark",
    },
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
    "@jupyterlab/docmanager-extension/plugin": {"autosave": False},
}
_PATIENCE_S = 60
_READY = """() => { const s = window.jupyterapp?.shell?.currentWidget?.sessionContext;
                    return !!s && s.isReady && s.session?.kernel?.status === 'idle'; }"""


class _Server:
    """A process on a port of its own, from the moment it is made until it is closed."""

    def __init__(self, home, name, words, *, ready):
        self._reserved = contextlib.ExitStack()
        port = self._reserved.enter_context(reserved_port())
        self.base = f"http://127.0.0.1:{port}"
        path = home / f"{name}.log"
        self._log = path.open("wb")
        self._process = subprocess.Popen(  # noqa: S603 - its words are all from here
            [sys.executable, "-m", *(word.format(port=port) for word in words)],
            cwd=home / "notebooks",
            env=_environment(home),
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._await(self.base + ready, path)

    def _await(self, address, log):
        pause = threading.Event()
        for _ in range(_PATIENCE_S * 20):
            if self._process.poll() is not None:
                break
            with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=2):  # noqa: S310 - loopback
                return
            pause.wait(0.05)
        self.close()
        raise RuntimeError(f"It did not start:\n{log.read_text(encoding='utf-8')[-3000:]}")

    def close(self):
        """End it, and the kernels that it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._log.close()
        self._reserved.close()


class Jupyter:
    """JupyterLab and Voila over one folder, each started when it is first needed.

    Args:
        home: A folder for the notebooks that are opened, and all else that is written.
    """

    def __init__(self, home):
        self._home, self.files, self._token = home, home / "notebooks", secrets.token_hex(16)
        self.files.mkdir()
        for plugin, settings in _SETTINGS.items():
            path = home / "settings" / f"{plugin}.jupyterlab-settings"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(settings), encoding="utf-8")

    @functools.cached_property
    def _lab(self):
        words = [
            "jupyterlab",
            "--LabApp.expose_app_in_browser=True",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
            "--LabApp.news_url=None",
            "--ServerApp.port={port}",
            "--ServerApp.port_retries=0",
            "--ServerApp.ip=127.0.0.1",
            f"--IdentityProvider.token={self._token}",
            "--ServerApp.open_browser=False",
            f"--ServerApp.root_dir={self.files}",
            "--ServerApp.terminals_enabled=False",
            "--allow-root",
        ]
        return _Server(self._home, "lab", words, ready=f"/api/status?token={self._token}")

    @functools.cached_property
    def _voila(self):
        words = [
            "voila",
            str(self.files),
            "--port={port}",
            "--Voila.ip=127.0.0.1",
            "--no-browser",
            "--template=offline",
            "--VoilaConfiguration.show_tracebacks=True",
        ]
        return _Server(self._home, "voila", words, ready="/voila/static/favicon.ico")

    def close(self):
        """End the servers."""
        for name in ("_lab", "_voila"):
            if name in self.__dict__:
                self.__dict__[name].close()

    def end_kernels(self):
        """Shut down the kernels that Lab has started; those of Voila end with their pages."""
        if "_lab" not in self.__dict__:
            return
        sessions = f"{self._lab.base}/api/sessions"
        headers = {"Authorization": f"token {self._token}"}
        with httpx.Client(headers=headers, trust_env=False, timeout=_PATIENCE_S) as server:
            for session in server.get(sessions).json():
                server.delete(f"{sessions}/{session['id']}")

    def write(self, name, *cells):
        """A notebook of these code cells; or of a notebook file, if one path is given."""
        path = self.files / f"{name}.ipynb"
        if len(cells) == 1 and isinstance(cells[0], Path):
            path.write_bytes(cells[0].read_bytes())
        else:
            made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
            made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
            nbformat.write(made, path)
        return path.name

    def lab(self, page, name, *, run=True):
        """Open a notebook in JupyterLab and run its cells; returns when they have ended."""
        address = f"{self._lab.base}/doc/tree/{name}?reset&token={self._token}"
        page.goto(address, wait_until="domcontentloaded", timeout=_PATIENCE_S * 1000)
        page.wait_for_function(_READY, timeout=_PATIENCE_S * 1000)
        if run:
            page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
            page.wait_for_function(_READY, timeout=_PATIENCE_S * 1000)

    def voila(self, page, name, *, dark=False):
        """Open a notebook as an app; what its cells show comes as they end."""
        address = f"{self._voila.base}/voila/render/{name}{'?theme=dark' if dark else ''}"
        page.goto(address, wait_until="domcontentloaded", timeout=_PATIENCE_S * 1000)


def _environment(home):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "RETELL"))}
    return {
        **kept,
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTER_PATH": str(ROOT / "notebooks"),
        "IPYTHONDIR": str(home / "ipython"),
    }
