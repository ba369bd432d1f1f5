# Builds the published form and runs it as an unprivileged user. The root file system may be read-only: what is kept
# lives in /data (landed signals, rollup, spilled work, a SQLite state), what is configured in /config, and /tmp is for
# throw-away copies. docs/deploying.md shows how it is run.
# Built on the machine's own processor, whichever one the image is for: nothing is emulated.
FROM --platform=$BUILDPLATFORM node:24-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
# The image has Node 24: the npm package of the same name is for development alone, and no install script is needed.
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
COPY connectors ./connectors
COPY config ./config
COPY mappings ./mappings
RUN node node_modules/typescript/lib/tsc.js -p tsconfig.build.json
# What runs, with DuckDB's native part for the image's processor. Docker says amd64 where npm says x64.
ARG TARGETARCH
RUN case "$TARGETARCH" in amd64) cpu=x64 ;; *) cpu=$TARGETARCH ;; esac \
  && npm ci --omit=dev --ignore-scripts --os=linux --cpu="$cpu" --libc=glibc \
  && ls "node_modules/@duckdb/node-bindings-linux-$cpu" \
  && mkdir -p /empty/data /empty/config

FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /build/package.json ./
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY --from=build /build/config ./config
COPY --from=build /build/mappings ./mappings
COPY --from=build --chown=1000:1000 /empty/ /
# By number, so that Kubernetes can tell that it is not root.
USER 1000:1000
VOLUME ["/data"]
EXPOSE 8787
# Of `serve`. Health only: whether it is ready is for those who send it requests.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8787/healthz').then(answer => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# SIGTERM ends `oql serve` gracefully: what is under way is finished and recorded. It takes signals as PID 1 too, and
# starts no other process.
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "/app/dist/src/cli/main.js"]
CMD ["serve", "--config", "/config/oql.yaml"]
