package io.limelight.console.provision;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.PolicyKind;
import io.limelight.core.ca.CertificateAuthority;
import io.limelight.core.ca.CertificateSubject;
import io.limelight.core.ca.KeyKind;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.task.Cancellation;
import io.limelight.core.tenant.ProvisionDraft;
import io.limelight.core.tenant.ProvisionPlan;
import io.limelight.core.tenant.Provisioning;
import io.limelight.core.tenant.TenantException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Does what the wizard plans. Blocks; never asked on the screen's thread. */
interface Provisioner {
    /** The CA of a folder, whether it is there or not. */
    CertificateAuthority authority(Path folder);

    /** What every certificate of a new CA says besides its common name, for people. */
    CertificateSubject subject();

    /** Names of policies that the verifier has. */
    List<String> names(PolicyKind kind) throws TenantException;

    /** Says what will happen; changes nothing. */
    ProvisionPlan plan(ProvisionDraft draft, Optional<SecretBytes> password, Cancellation cancellation)
            throws TenantException;

    /** Does it. */
    void run(
            ProvisionPlan plan,
            Collection<AgentId> which,
            Optional<KeyKind> newCa,
            Optional<SecretBytes> password,
            Provisioning.Observer observer,
            Map<AgentId, Cancellation> each,
            Cancellation all)
            throws TenantException;
}
