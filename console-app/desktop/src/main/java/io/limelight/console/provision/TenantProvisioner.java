package io.limelight.console.provision;

import io.limelight.console.work.ScreenThread;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.PolicyKind;
import io.limelight.core.ca.CertificateAuthority;
import io.limelight.core.ca.CertificateSubject;
import io.limelight.core.ca.KeyKind;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.task.Cancellation;
import io.limelight.core.tenant.PolicyDesk;
import io.limelight.core.tenant.ProvisionDraft;
import io.limelight.core.tenant.ProvisionPlan;
import io.limelight.core.tenant.Provisioning;
import io.limelight.core.tenant.TenantException;
import io.limelight.core.tenant.TenantServices;
import io.limelight.core.tenant.TenantSettings;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The same acts as the command line's, with the settings of a profile. */
public final class TenantProvisioner implements Provisioner {
    private final TenantSettings settings;
    private final CertificateSubject subject;
    private final SecureRandom random;
    private final InstantSource clock;

    /**
     * With these settings.
     *
     * @param subject what {@code ca.conf} says about certificates
     */
    public TenantProvisioner(
            TenantSettings settings, CertificateSubject subject, SecureRandom random, InstantSource clock) {
        this.settings = settings;
        this.subject = subject;
        this.random = random;
        this.clock = clock;
    }

    @Override
    public CertificateAuthority authority(Path folder) {
        return new CertificateAuthority(folder, subject, random, clock);
    }

    @Override
    public CertificateSubject subject() {
        return subject;
    }

    @Override
    public List<String> names(PolicyKind kind) throws TenantException {
        ScreenThread.refuse("asking for names of policies");
        try (TenantServices services = new TenantServices(settings, clock, new Cancellation())) {
            return new PolicyDesk(services).names(kind).value().names();
        }
    }

    @Override
    public ProvisionPlan plan(ProvisionDraft draft, Optional<SecretBytes> password, Cancellation cancellation)
            throws TenantException {
        ScreenThread.refuse("planning");
        return new Provisioning(settings, random, clock).plan(draft, password, cancellation);
    }

    @Override
    public void run(
            ProvisionPlan plan,
            Collection<AgentId> which,
            Optional<KeyKind> newCa,
            Optional<SecretBytes> password,
            Provisioning.Observer observer,
            Map<AgentId, Cancellation> each,
            Cancellation all)
            throws TenantException {
        ScreenThread.refuse("provisioning");
        new Provisioning(settings, random, clock).run(plan, which, newCa, password, observer, each, all);
    }
}
