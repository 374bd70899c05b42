# Troupe on Debian 13. Four images: `troupe` (the default: every role of every example), `balancer`, `store` (PostgreSQL), and
# `sdk`, in which apps are compiled (the Dockerfile that `troupe new` writes begins with it).
ARG BASE_IMAGE=debian:trixie-slim

FROM ${BASE_IMAGE} AS base
ENV DEBIAN_FRONTEND=noninteractive
# Another Debian mirror than the image's own, for hosts that need one.
ARG DEBIAN_MIRROR=
RUN if [ -n "$DEBIAN_MIRROR" ]; then \
        find /etc/apt -name '*.sources' -o -name sources.list | \
            xargs sed -Ei "s#https?://deb\.debian\.org/debian( |/?\$)#${DEBIAN_MIRROR%/}\1#"; \
    fi


FROM base AS balancer
RUN apt-get update -q && \
    apt-get install -y -q --no-install-recommends haproxy && \
    rm -rf /var/lib/apt/lists/* /var/log/*
COPY deploy/haproxy.cfg /etc/haproxy/haproxy.cfg
COPY deploy/http-health /usr/local/bin/
USER haproxy
EXPOSE 8000
# HAProxy's own: ends by itself, where SIGTERM would do nothing to the first process of a container.
STOPSIGNAL SIGUSR1
CMD ["haproxy", "-db", "-f", "/etc/haproxy/haproxy.cfg"]


# One user for the programs and their store, which read the same keys.
FROM base AS user
RUN useradd --system --no-create-home --shell /usr/sbin/nologin troupe && \
    install -d -o troupe -g troupe -m 0700 /key


FROM user AS store
RUN mkdir -p /etc/postgresql-common && \
    echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf && \
    apt-get update -q && \
    apt-get install -y -q --no-install-recommends postgresql-17 && \
    rm -rf /var/lib/apt/lists/* /var/log/* && \
    install -d -o troupe -g troupe -m 0700 /store
COPY deploy/store-start /usr/local/bin/
ENV PATH=/usr/lib/postgresql/17/bin:$PATH
USER troupe
EXPOSE 5432
# Ends connections; SIGTERM would wait for whoever is connected.
STOPSIGNAL SIGINT
CMD ["store-start"]


# What apps are compiled with, Troupe's own among them.
FROM base AS compiler
COPY tools/install.sh /tmp/
RUN apt-get update -q && \
    apt-get install -y -q --no-install-recommends \
        $(/tmp/install.sh --print-app) libwebsockets-evlib-ev libsqlite3-dev && \
    rm -rf /var/lib/apt/lists/* /var/log/* /tmp/install.sh


FROM compiler AS build
WORKDIR /src
COPY tools/install.sh tools/
RUN tools/install.sh build
# From the host's environment, where they are set: another npm registry, and the certificates of a
# proxy that npm must trust (PEM; not a secret).
ARG npm_config_registry=
ARG CA_CERTIFICATES=
COPY Makefile ./
COPY tools/library.mk tools/
COPY client/package.json client/package-lock.json client/.npmrc client/
RUN printf '%s\n' "$CA_CERTIFICATES" >/tmp/ca.pem && \
    NODE_EXTRA_CA_CERTS=/tmp/ca.pem make SKIP_INSTALL=1 client/node_modules/.installed
COPY . .
# Nothing for a debugger, as in Debian's packages.
RUN make SKIP_INSTALL=1 -j"$(nproc)" CFLAGS=-g0 programs && strip build/bin/*


FROM build AS installed
RUN make SKIP_INSTALL=1 -j"$(nproc)" CFLAGS=-g0 install PREFIX=/usr/local DESTDIR=/installed


FROM compiler AS sdk
COPY --from=installed /installed/ /
RUN ldconfig


FROM user AS troupe
RUN apt-get update -q && \
    apt-get install -y -q --no-install-recommends \
        libcurl4t64 libczmq4 libev4t64 libjansson4 liblmdb0 libpcre2-8-0 libpq5 libsqlite3-0 libwebsockets-evlib-ev libwebsockets19t64 libzmq5 && \
    rm -rf /var/lib/apt/lists/* /var/log/*
COPY deploy/http-health deploy/make-keys /usr/local/bin/
COPY --from=build /src/build/bin/ /usr/local/bin/
# A library that the programs came to need is noticed here.
RUN for program in /usr/local/bin/*; do \
        case $(ldd "$program" 2>&1) in *"not found"*) ldd "$program"; exit 1 ;; esac; \
    done
USER troupe
EXPOSE 8000
STOPSIGNAL SIGTERM
CMD ["monitor", "--host", "0.0.0.0"]
