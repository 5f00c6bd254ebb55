# The image of `qfbot serve` in http mode: docker build --tag qfbot .

FROM python:3.13-slim AS build
ARG UV_VERSION=0.13.8
RUN pip install --no-cache-dir --root-user-action=ignore "uv==${UV_VERSION}"
ENV UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_PROJECT_ENVIRONMENT=/opt/qfbot \
    UV_PYTHON_DOWNLOADS=never
WORKDIR /src
# The libraries first: they change seldom, and so their layer is built seldom.
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-dev --no-install-project
COPY README.md LICENSE ./
COPY bot ./bot
RUN uv sync --frozen --no-dev --no-editable

FROM python:3.13-slim
RUN useradd --uid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin qfbot \
    && install --directory --owner=qfbot --group=qfbot --mode=0700 /data
COPY --from=build /opt/qfbot /opt/qfbot
ENV PATH=/opt/qfbot/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    QFBOT_DATABASE_URL=sqlite:////data/qfbot.db
# By number, so that Kubernetes can see that it is not root.
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
# Without a proxy: the address is the container's own. It has to follow --http where that changes.
HEALTHCHECK --interval=30s --timeout=6s --start-period=15s CMD ["python", "-c", "from urllib.request import ProxyHandler, build_opener; build_opener(ProxyHandler({})).open('http://127.0.0.1:8080/healthz', timeout=5)"]
ENTRYPOINT ["qfbot"]
CMD ["serve", "--http", "0.0.0.0:8080"]
