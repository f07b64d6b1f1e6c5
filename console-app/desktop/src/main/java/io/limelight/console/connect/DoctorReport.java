package io.limelight.console.connect;

import io.limelight.core.api.Endpoint;

/** Is told as the doctor walks, by the thread that walks. */
public interface DoctorReport {
    /** Nobody listens. */
    DoctorReport SILENT = new DoctorReport() {
        @Override
        public void begin(Endpoint.Service server, Check check) {}

        @Override
        public void found(Finding finding) {}
    };

    /** A step begins. */
    void begin(Endpoint.Service server, Check check);

    /** A step is done, or skipped. */
    void found(Finding finding);
}
