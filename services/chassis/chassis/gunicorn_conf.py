"""gunicorn's configuration for every service: `gunicorn -c python:chassis.gunicorn_conf`.

Read from PORT, SERVICENAME, LOG_LEVEL and GUNICORN_*; a bad value ends the start with one message.
"""

from chassis.environment import Environment
from chassis.logs import LOG_LEVELS, logging_settings
from chassis.service import default_port, default_timeout, default_workers

_env = Environment.of_process()
_port = _env.integer("PORT", default=default_port(), minimum=1, maximum=65535)
_level = _env.choice("LOG_LEVEL", choices=LOG_LEVELS, default="INFO")

reload = _env.boolean("GUNICORN_RELOAD", default=False)
# One worker is enough for one developer, and all of them would have to start again on an edit.
_workers = 1 if reload else default_workers()
workers = _env.integer("GUNICORN_WORKERS", default=_workers, minimum=1, maximum=64)
threads = _env.integer("GUNICORN_THREADS", default=4, minimum=1, maximum=256)
timeout = _env.integer("GUNICORN_TIMEOUT", default=default_timeout(), minimum=0, maximum=3600)
# Docker and Cloud Run both kill 10 seconds after SIGTERM.
graceful_timeout = _env.integer("GUNICORN_GRACEFUL_TIMEOUT", default=8, minimum=1, maximum=3600)
_service = _env.text("SERVICENAME", default="service")
_env.finish()

bind = f"0.0.0.0:{_port}"
worker_class = "chassis.worker.DrainingWorker"
# The heartbeat file: on a disk it can block, and the root file system is read-only.
worker_tmp_dir = "/dev/shm"  # noqa: S108
# Its socket would be made in the home directory, on the read-only file system.
control_socket_disable = True
# Only the proxy reaches the port; Django trusts X-Forwarded-Proto in production only.
forwarded_allow_ips = "*"
keepalive = 5
# The application is imported once and shared, and an error in it ends the start at once.
preload_app = True
logconfig_dict = logging_settings(level=_level, service=_service)

if reload:
    from chassis import reload as _reload

    _reload.register()
    _reload.import_what_never_changes()
    preload_app = False
    worker_class = "chassis.reload.ReloadWorker"
    reload_engine = _reload.ENGINE
    worker_int = _reload.wake
    # A kept-alive connection would be served by the old code for two more seconds.
    keepalive = 0
