# The command cyclegan-tf in a container; docs/docker.md says how to use it.
#   CPU: docker build -t cyclegan-tf .
#   GPU: docker build -t cyclegan-tf-gpu --build-arg TENSORFLOW="tensorflow[and-cuda]" .
ARG BASE=python:3.12-slim
FROM ${BASE}
# A base that has TensorFlow keeps it; into others this one is installed, with CUDA's libraries or without.
ARG TENSORFLOW=tensorflow-cpu
# Further packages, such as "gradio huggingface_hub".
ARG FURTHER=""
WORKDIR /app
# The packages first: they change seldom, so that a build after a change of the code is short.
COPY requirements.txt ./
RUN python3 -c "import importlib.metadata as m; m.version('tensorflow')" 2>/dev/null \
    || pip install --no-cache-dir "${TENSORFLOW}"
RUN grep -vE "^(tensorflow|jupyter)[>=]" requirements.txt > needed.txt \
    && pip install --no-cache-dir -r needed.txt ${FURTHER}
COPY pyproject.toml README.md LICENSE ./
COPY checkpoints checkpoints
COPY data_pipeline data_pipeline
COPY cyclegan_tf cyclegan_tf
RUN pip install --no-cache-dir --no-deps .
# Not as root: what it writes belongs to a plain user; --user "$(id -u):$(id -g)" makes it yours. That
# one has no home, so the settings of Keras and Matplotlib go to /tmp.
RUN useradd --create-home user && mkdir /data && chown user /data
USER user
ENV CYCLEGAN_TF_CACHE=/data/.cache HOME=/tmp
WORKDIR /data
VOLUME /data
ENTRYPOINT ["cyclegan-tf"]
CMD ["--help"]
