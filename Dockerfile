# vigie in a container: nothing but Node.js, the code, what was built of it, and what `npm ci` installs.
#
#   docker build --tag vigie .
#   docker run --detach --name vigie --volume vigie:/var/lib/vigie --volume ./vigie.yaml:/etc/vigie/vigie.yaml:ro vigie
#
# Where no registry can be reached, both what it stands on and what it depends on may come from images of one's own:
#
#   --build-arg BASE=…      Node.js 24, /bin/sh, mkdir, chown and rm
#   --build-arg MODULES=…   an image that holds /vigie/node_modules; then the stage `installed`, which asks npm's registry,
#                           isn't run (by BuildKit: DOCKER_BUILDKIT=1 with Docker 20.10)
#
# That is how CI builds it (test/real/container-image.sh), so that these two lines are the ones that CI can't show: the pull of
# node:24-slim, and `npm ci` inside the build. CI runs the same `npm ci` beside it, on the same lock.
ARG BASE=node:24-slim
ARG MODULES=installed

FROM ${BASE} AS installed
WORKDIR /vigie
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM ${MODULES} AS modules

FROM ${BASE} AS built
WORKDIR /vigie
COPY --from=modules /vigie/node_modules node_modules
COPY . .
# What only building took stays behind, and a Node.js of its own.
RUN node tools/build.ts && rm -rf tools node_modules/rolldown node_modules/@rolldown node_modules/@oxc-project node_modules/node-linux-*

FROM ${BASE}
# Written by hand, since Debian and busybox have different commands for it. /run/vigie holds the socket of `vigie do`.
RUN echo 'vigie:x:10001:10001:vigie:/var/lib/vigie:/bin/sh' >> /etc/passwd \
 && echo 'vigie:x:10001:' >> /etc/group \
 && mkdir -p /etc/vigie /var/lib/vigie /run/vigie \
 && chown 10001:10001 /var/lib/vigie /run/vigie
WORKDIR /vigie
COPY --from=built /vigie .
ENV NODE_ENV=production MALLOC_ARENA_MAX=2 MALLOC_TRIM_THRESHOLD_=131072 MALLOC_MMAP_THRESHOLD_=81920 NODE_COMPILE_CACHE=/var/lib/vigie/compile-cache
USER vigie
VOLUME /var/lib/vigie
EXPOSE 8080
# That vigie lives, not that Mattermost does: killing vigie repairs nobody else's outage.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# As bin/vigie starts it.
ENTRYPOINT ["node", "--max-semi-space-size=1", "--heap-growing-percent=30", "--max-opt=2", "--liftoff-only", "--no-incremental-marking", "--expose-gc", "build/main.js"]
CMD ["run", "--config", "/etc/vigie/vigie.yaml"]
