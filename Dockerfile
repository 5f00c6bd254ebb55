# The image of `qfbot serve`: docker build --tag qfbot .
#
# The base is named by its whole version. To hold on to its very content as well, add the digest
# that `docker buildx imagetools inspect python:3.13.15-slim-trixie` prints: …-trixie@sha256:….
ARG BASE=python:3.13.15-slim-trixie

FROM ${BASE} AS build
ARG UV_VERSION=0.13.8
RUN pip install --no-cache-dir --root-user-action=ignore "uv==${UV_VERSION}"
ENV UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_PROJECT_ENVIRONMENT=/opt/qfbot \
    UV_PYTHON_DOWNLOADS=never
WORKDIR /src
# The libraries first: they change seldom, and so their layer is built seldom. Each is what uv.lock
# says, by its hash.
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-dev --no-install-project
COPY README.md LICENSE ./
COPY bot ./bot
RUN uv sync --frozen --no-dev --no-editable

FROM ${BASE}
LABEL org.opencontainers.image.title="qfbot" \
      org.opencontainers.image.description="A Slack chat-ops bot for teams that fine-tune models on Baidu Qianfan." \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="MIT"
RUN useradd --uid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin qfbot \
    && install --directory --owner=qfbot --group=qfbot --mode=0700 /data
COPY --from=build /opt/qfbot /opt/qfbot
# Nothing is written but below /data, so that the rest may be read-only. No setting is made here:
# it would win over the .env that is put into the working directory.
ENV PATH=/opt/qfbot/bin:$PATH \
    MPLCONFIGDIR=/tmp/matplotlib \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    XDG_DATA_HOME=/data
# By number, so that Kubernetes can see that it is not root.
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
# It ends by finishing what is in hand, which takes less than 40 s.
STOPSIGNAL SIGTERM
# Without a proxy: the address is the container's own. It has to follow --http where that changes.
HEALTHCHECK --interval=30s --timeout=6s --start-period=15s CMD ["python", "-c", "from urllib.request import ProxyHandler, build_opener; build_opener(ProxyHandler({})).open('http://127.0.0.1:8080/healthz', timeout=5)"]
ENTRYPOINT ["qfbot"]
CMD ["serve", "--http", "0.0.0.0:8080"]
