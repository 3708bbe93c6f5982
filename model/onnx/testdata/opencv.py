# Runs ONNX models with OpenCV's DNN module; README.md says how it is spoken to.
import json
import sys
import time

import cv2
import numpy


class Job:
    def __init__(self, job):
        self.net = cv2.dnn.readNetFromONNX(job["model"])
        self.net.setPreferableBackend(cv2.dnn.DNN_BACKEND_OPENCV)
        self.net.setPreferableTarget(cv2.dnn.DNN_TARGET_CPU)
        self.input = numpy.fromfile(job["input"], "<f4").reshape(job["dims"])
        self.threads = job["threads"]

    def measure(self, ms, out):
        cv2.setNumThreads(self.threads)
        times = []
        used = time.process_time()
        end = time.perf_counter() + ms / 1000
        while len(times) < 3 or time.perf_counter() < end:
            began = time.perf_counter()
            self.net.setInput(self.input, "input")
            result = self.net.forward()
            times.append(time.perf_counter() - began)
        used = time.process_time() - used
        if out:
            result.astype("<f4").tofile(out)
        return {"ms": sorted(times)[len(times) // 2] * 1000, "cpu": used / len(times) * 1000}


jobs = None
for line in sys.stdin:
    try:
        asked = json.loads(line)
        if jobs is None:
            jobs = [Job(j) for j in asked]
            answer = {"version": cv2.__version__}
        else:
            answer = jobs[asked["job"]].measure(asked["ms"], asked["out"])
    except Exception as e:
        answer = {"error": str(e)}
    print(json.dumps(answer), flush=True)
