package io.limelight.core.tenant;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.AgentStatus;
import io.limelight.core.api.ApiException;
import io.limelight.core.ca.CaException;
import io.limelight.core.ca.CaListing;
import io.limelight.core.ca.CaName;
import io.limelight.core.ca.CertificateAuthority;
import io.limelight.core.ca.Identities;
import io.limelight.core.ca.PasswordSource;
import io.limelight.core.ca.RevocationReason;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import io.limelight.core.task.TaskReport;
import io.limelight.core.task.TaskStep;
import io.limelight.core.tenant.TenantException.Kind;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The way back for a machine that failed or was revoked, as one act on all sides. The order is what matters: the old certificate
 * goes first, since nobody watches the machine from the next step on; then what the verifier has of it; then, if asked, its
 * registration; a new certificate comes last. A payload, and being watched again, are an enrolment of its own.
 *
 * <p>Each step is one that may be repeated: an act that broke off is begun anew and does what is left.
 */
public final class Reenrolment {
    private final TenantSettings settings;
    private final TenantServices services;
    private final InstantSource clock;
    private final TaskReport report;
    private final Cancellation cancellation;

    /**
     * Acts.
     *
     * @param services connections to use; they stay the caller's to close
     */
    public Reenrolment(
            TenantSettings settings,
            TenantServices services,
            InstantSource clock,
            TaskReport report,
            Cancellation cancellation) {
        this.settings = settings;
        this.services = services;
        this.clock = clock;
        this.report = report;
        this.cancellation = cancellation;
    }

    /**
     * What is wanted.
     *
     * @param machine which
     * @param forget whether the registrar is to forget it, so that its agent has to prove its TPM anew
     * @param certificates what is to become of its certificate; empty: nothing
     */
    public record Draft(AgentId machine, boolean forget, Optional<Certificates> certificates) {}

    /**
     * The CA side.
     *
     * @param ca whose certificates are meant
     * @param issue whether another one is issued at once; a certificate package brings one by itself
     */
    public record Certificates(CertificateAuthority ca, boolean issue) {}

    /** A part of it, in the order they are done. */
    public enum Act {
        /** The old certificate is put on the CRL. */
        REVOKE("revoke-certificate", "revoke the old certificate"),
        /** The verifier forgets the machine. */
        UNWATCH("unwatch", "remove the machine from the verifier"),
        /** The registrar forgets it. */
        UNREGISTER("unregister", "remove the machine from the registrar"),
        /** It gets another certificate. */
        ISSUE("issue-certificate", "issue a new certificate");

        private final String id;
        private final String title;

        Act(String id, String title) {
            this.id = id;
            this.title = title;
        }

        /** For reports. */
        public TaskStep step() {
            return new TaskStep(id, title);
        }
    }

    /**
     * What will be done, from how things are now.
     *
     * @param draft what is wanted
     * @param watched what the verifier says of it; empty: it does not watch it
     * @param registered whether the registrar knows it
     * @param certificate the one the CA issued; empty: none, or nobody asked
     * @param due what will be done, in order; the rest needs nothing
     */
    public record Plan(
            Draft draft,
            Optional<AgentStatus> watched,
            boolean registered,
            Optional<CaListing.Issued> certificate,
            List<Act> due) {
        /** Copies. */
        public Plan {
            due = List.copyOf(due);
        }

        /** Whether the keystore's password is needed. */
        public boolean needsPassword() {
            return due.contains(Act.REVOKE) || due.contains(Act.ISSUE);
        }

        /** Without the verifier's answer, which may hold a share. */
        @Override
        public String toString() {
            return "Plan[" + draft.machine() + ", " + due + "]";
        }
    }

    /**
     * What was done.
     *
     * @param acts in order
     * @param revoked serial number that is on the CRL now
     * @param issued serial number of the new certificate
     */
    public record Done(List<Act> acts, Optional<BigInteger> revoked, Optional<BigInteger> issued) {
        /** Copies. */
        public Done {
            acts = List.copyOf(acts);
        }
    }

    /** Looks at all sides; changes nothing. */
    public Plan plan(Draft draft) throws TenantException {
        AgentId id = draft.machine();
        Optional<AgentStatus> watched;
        boolean registered;
        try {
            TenantServices.Verifier verifier = services.verifier();
            watched = verifier.client().find(verifier.version(), id);
            TenantServices.Registrar registrar = services.registrar();
            registered = registrar.client().find(registrar.version(), id).isPresent();
        } catch (ApiException e) {
            throw TenantException.of(e);
        }
        Optional<CaListing.Issued> certificate = draft.certificates().isPresent()
                ? certificate(draft.certificates().get().ca(), id)
                : Optional.empty();
        List<Act> due = new ArrayList<>();
        if (certificate
                .filter(known -> known.state() == CaListing.State.VALID || known.state() == CaListing.State.UNKNOWN)
                .isPresent()) {
            due.add(Act.REVOKE);
        }
        if (watched.isPresent()) {
            due.add(Act.UNWATCH);
        }
        if (draft.forget() && registered) {
            due.add(Act.UNREGISTER);
        }
        if (draft.certificates().filter(Certificates::issue).isPresent()) {
            due.add(Act.ISSUE);
        }
        return new Plan(draft, watched, registered, certificate, due);
    }

    private Optional<CaListing.Issued> certificate(CertificateAuthority ca, AgentId id) throws TenantException {
        try {
            if (!ca.exists()) {
                return Optional.empty();
            }
            CaName name = CaName.existing(id.value());
            // One file, not the whole folder: there may be tens of thousands.
            Optional<X509Certificate> certificate = ca.certificateOf(name);
            if (certificate.isEmpty()) {
                return Optional.empty();
            }
            BigInteger serial = certificate.get().getSerialNumber();
            var crl = ca.publishedCrl();
            var revocation = crl.flatMap(list -> list.revocation(serial));
            CaListing.State state = revocation.isPresent()
                    ? CaListing.State.REVOKED
                    : !clock.instant().isBefore(certificate.get().getNotAfter().toInstant())
                            ? CaListing.State.EXPIRED
                            : crl.isPresent() ? CaListing.State.VALID : CaListing.State.UNKNOWN;
            return Optional.of(new CaListing.Issued(name.value(), certificate.get(), state, revocation));
        } catch (CaException e) {
            throw failed("The certificate of machine " + id + " cannot be read: ", e);
        }
    }

    /**
     * Does what is due.
     *
     * @param password of the CA's keystore; asked only if the plan needs it
     * @throws TenantException what went wrong; what came before it is done and stays so
     */
    public Done run(Plan plan, PasswordSource password) throws TenantException {
        List<Act> done = new ArrayList<>();
        Optional<BigInteger> revoked = Optional.empty();
        Optional<BigInteger> issued = Optional.empty();
        StepClock steps = new StepClock(report, clock);
        AgentId id = plan.draft().machine();
        try {
            for (Act act : plan.due()) {
                cancellation.throwIfCancelled();
                steps.begin(act.step());
                String sentence = switch (act) {
                    case REVOKE -> {
                        BigInteger serial =
                                plan.certificate().orElseThrow().certificate().getSerialNumber();
                        revoke(plan, serial, password);
                        revoked = Optional.of(serial);
                        yield "serial " + serial + " is on the CRL";
                    }
                    case UNWATCH ->
                        new Removal(settings, services, cancellation, report).run(id, true, act.step())
                                        == Removal.Result.DELETED
                                ? "removed"
                                : "it was not there";
                    case UNREGISTER -> {
                        TenantServices.Registrar registrar = services.registrar();
                        yield registrar.client().delete(registrar.version(), id)
                                ? "removed; its agent registers again when it is restarted"
                                : "it was not there";
                    }
                    case ISSUE -> {
                        BigInteger serial = issue(plan, password);
                        issued = Optional.of(serial);
                        yield "serial " + serial;
                    }
                };
                done.add(act);
                steps.done(act.step(), sentence);
            }
        } catch (ApiException e) {
            throw TenantException.of(e);
        } catch (CancelledException e) {
            throw TenantException.of(e);
        }
        return new Done(done, revoked, issued);
    }

    private static void revoke(Plan plan, BigInteger serial, PasswordSource password) throws TenantException {
        try (SecretBytes secret = password.get(false)) {
            // Whatever made it fail may have read its key.
            plan.draft().certificates().orElseThrow().ca().revoke(serial, RevocationReason.KEY_COMPROMISE, secret);
        } catch (CaException e) {
            throw failed("The certificate of machine " + plan.draft().machine() + " cannot be revoked: ", e);
        }
    }

    private static BigInteger issue(Plan plan, PasswordSource password) throws TenantException {
        CertificateAuthority ca = plan.draft().certificates().orElseThrow().ca();
        try (SecretBytes secret = password.get(false)) {
            CaName name = CaName.fresh(plan.draft().machine().value());
            X509Certificate made = ca.certificateOf(name).isPresent()
                    ? new Identities(ca).renew(name, secret)
                    : ca.create(name, secret, false);
            return made.getSerialNumber();
        } catch (CaException e) {
            throw failed("Machine " + plan.draft().machine() + " cannot be given a new certificate: ", e);
        }
    }

    private static TenantException failed(String what, CaException e) {
        return new TenantException(Kind.PAYLOAD, what + e.getMessage() + ".", e);
    }
}
