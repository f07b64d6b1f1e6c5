package io.limelight.console.connect;

import io.limelight.console.profile.Connection;
import io.limelight.console.words.Words;
import io.limelight.console.work.ScreenThread;
import io.limelight.core.api.Endpoint;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Walks a connection step by step, verifier first, and says of each step what was seen, which file it concerns and what to do. It
 * changes nothing anywhere: a certificate of ours is shown only to a server that the CA vouches for, and the one request that is
 * no reading (whether our verifier lets us act) names a notifier that does not exist.
 */
public final class Doctor {
    private final Words words;
    private final InstantSource clock;
    private final DoctorLimits limits;

    /** A doctor; can see many, also at once. */
    public Doctor(Words words, InstantSource clock, DoctorLimits limits) {
        this.words = words;
        this.clock = clock;
        this.limits = limits;
    }

    /** Steps that concern a server, in their order. */
    public static List<Check> checks(Endpoint.Service server) {
        return ServerExamination.checks(server);
    }

    /** Walks; blocks until the last step, or until cancelled. */
    public Diagnosis examine(Connection connection, Cancellation cancellation, DoctorReport report) {
        ScreenThread.refuse("examining a connection");
        List<Finding> findings = new ArrayList<>();
        Diagnosis.Role role = Diagnosis.Role.UNKNOWN;
        for (Endpoint endpoint :
                List.of(connection.settings().verifier(), connection.settings().registrar())) {
            ServerExamination examination =
                    new ServerExamination(endpoint, connection, words, clock, limits, cancellation, report);
            try {
                examination.run();
            } catch (CancelledException e) {
                findings.addAll(examination.findings());
                return new Diagnosis(findings, role, false);
            }
            findings.addAll(examination.findings());
            if (endpoint.service() == Endpoint.Service.VERIFIER) {
                role = examination.role();
            }
        }
        return new Diagnosis(findings, role, true);
    }
}
