package io.limelight.console.revocations;

import io.limelight.console.problem.ProblemException;
import io.limelight.core.api.AgentId;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.TaskReport;
import io.limelight.core.tenant.Reenrolment;
import java.util.Optional;

/** Leads a machine back. Everything but {@link #passwordKept} blocks. */
public interface Reenroller {
    /**
     * What is wanted.
     *
     * @param forget whether the registrar forgets the machine
     * @param certificate what becomes of its certificate
     */
    record Choice(boolean forget, Certificate certificate) {}

    /** What becomes of a certificate. */
    enum Certificate {
        /** It stays as it is. */
        LEAVE,
        /** It is revoked. */
        REVOKE,
        /** It is revoked, and another one is issued. */
        RENEW
    }

    /** Whether there is a CA whose certificates can be meant. */
    boolean hasCa();

    /** Whether the password of its keystore is kept. */
    boolean passwordKept();

    /** Looks at all sides; changes nothing. */
    Reenrolment.Plan plan(AgentId machine, Choice choice, Cancellation cancellation) throws ProblemException;

    /**
     * Does it.
     *
     * @param password of the CA's keystore; empty where it is kept, or not needed
     */
    Reenrolment.Done run(
            Reenrolment.Plan plan, Optional<SecretBytes> password, TaskReport report, Cancellation cancellation)
            throws ProblemException;
}
