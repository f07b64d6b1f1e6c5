package io.limelight.console.revocations;

import io.limelight.console.ca.CaPasswords;
import io.limelight.console.fleet.Problems;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.words.Words;
import io.limelight.console.work.ScreenThread;
import io.limelight.core.api.AgentId;
import io.limelight.core.ca.CaException;
import io.limelight.core.ca.CertificateAuthority;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.TaskReport;
import io.limelight.core.tenant.Reenrolment;
import io.limelight.core.tenant.TenantException;
import io.limelight.core.tenant.TenantServices;
import io.limelight.core.tenant.TenantSettings;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** With the services of a fleet and the CA that is open. */
public final class TenantReenroller implements Reenroller {
    private final TenantSettings settings;
    private final Supplier<CertificateAuthority> ca;
    private final BooleanSupplier hasCa;
    private final CaPasswords passwords;
    private final InstantSource clock;
    private final Words words;
    private volatile boolean kept;

    /**
     * Asks nobody yet.
     *
     * @param ca of the folder that is open
     * @param hasCa whether that holds one, as far as is known
     */
    public TenantReenroller(
            TenantSettings settings,
            Supplier<CertificateAuthority> ca,
            BooleanSupplier hasCa,
            CaPasswords passwords,
            InstantSource clock,
            Words words) {
        this.settings = settings;
        this.ca = ca;
        this.hasCa = hasCa;
        this.passwords = passwords;
        this.clock = clock;
        this.words = words;
    }

    @Override
    public boolean hasCa() {
        return hasCa.getAsBoolean();
    }

    @Override
    public boolean passwordKept() {
        return kept;
    }

    @Override
    public Reenrolment.Plan plan(AgentId machine, Choice choice, Cancellation cancellation) throws ProblemException {
        ScreenThread.refuse("planning a re-enrolment");
        CertificateAuthority authority = ca.get();
        try (Held known = new Held(passwords.get(authority.path()))) {
            kept = known.secret().isPresent();
        }
        try (TenantServices services = new TenantServices(settings, clock, cancellation)) {
            return new Reenrolment(settings, services, clock, TaskReport.SILENT, cancellation)
                    .plan(new Reenrolment.Draft(
                            machine,
                            choice.forget(),
                            choice.certificate() == Certificate.LEAVE || !hasCa()
                                    ? Optional.empty()
                                    : Optional.of(new Reenrolment.Certificates(
                                            authority, choice.certificate() == Certificate.RENEW))));
        } catch (TenantException e) {
            throw new ProblemException(new Problems(words).of(e), e);
        }
    }

    /** Closes what may be there. */
    private record Held(Optional<SecretBytes> secret) implements AutoCloseable {
        @Override
        public void close() {
            secret.ifPresent(SecretBytes::close);
        }

        @Override
        public String toString() {
            return "a secret";
        }
    }

    @Override
    public Reenrolment.Done run(
            Reenrolment.Plan plan, Optional<SecretBytes> password, TaskReport report, Cancellation cancellation)
            throws ProblemException {
        ScreenThread.refuse("re-enrolling a machine");
        try (TenantServices services = new TenantServices(settings, clock, cancellation)) {
            return new Reenrolment(settings, services, clock, report, cancellation)
                    .run(plan, _ -> password(plan, password));
        } catch (TenantException e) {
            throw new ProblemException(new Problems(words).of(e), e);
        }
    }

    private SecretBytes password(Reenrolment.Plan plan, Optional<SecretBytes> typed) throws CaException {
        if (typed.isPresent()) {
            return typed.get().copy();
        }
        try {
            Optional<SecretBytes> known =
                    passwords.get(plan.draft().certificates().orElseThrow().ca().path());
            return known.orElseThrow(() -> new CaException("no password of the keystore was given"));
        } catch (ProblemException e) {
            throw new CaException(String.valueOf(e.getMessage()), e);
        }
    }
}
