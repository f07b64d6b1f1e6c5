package io.limelight.agent.registration;

import io.limelight.agent.tpm.AttestationKeyBlob;
import io.limelight.agent.tpm.AttestationTpm;
import io.limelight.agent.tpm.EndorsementKey;
import io.limelight.agent.tpm.TpmException;
import io.limelight.agent.tpm.TpmKeySettings;
import io.limelight.agent.tpm.TpmProblem;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which attestation key the machine uses: the one in {@code agent_data.json}; else a former one that is kept beside it and
 * that this TPM made, because a single start with the wrong TPM must not cost the machine its identity; else a new one.
 */
public final class AttestationKeyChoice {
    private static final Logger LOG = LoggerFactory.getLogger(AttestationKeyChoice.class);

    private final AttestationTpm tpm;
    private final AgentDataFile file;

    /** For a TPM and the file of its agent. */
    public AttestationKeyChoice(AttestationTpm tpm, AgentDataFile file) {
        this.tpm = tpm;
        this.file = file;
    }

    /**
     * Decides; the key is loaded in the TPM then, and {@code agent_data.json} holds it.
     *
     * @throws AgentDataException if the file is damaged or cannot be written
     * @throws TpmException if the TPM cannot do what is needed
     */
    public AttestationKeyBlob choose(EndorsementKey ek) throws AgentDataException, TpmException {
        Optional<AgentData> stored = file.read();
        if (stored.isPresent()) {
            if (used(file.path(), stored.get(), ek)) {
                return stored.get().key();
            }
            for (AgentDataFile.Kept former : file.kept()) {
                if (used(former.path(), former.data(), ek)) {
                    LOG.warn(
                            "the attestation key in {} belongs to another TPM or another tpm_hash_alg or tpm_signing_alg;"
                                    + " this TPM's own was found in {} and is used again",
                            file.path(),
                            former.path());
                    file.takeBack(former);
                    return former.data().key();
                }
            }
            LOG.warn(
                    "the attestation key in {} belongs to another TPM or another tpm_hash_alg or tpm_signing_alg; a new one"
                            + " is made. A registrar that knows the old one refuses it until the registration is"
                            + " deleted (limelight tenant -c regdelete)",
                    file.path());
        }
        TpmKeySettings keys = tpm.settings();
        AttestationKeyBlob made = tpm.createAttestationKey();
        file.write(new AgentData(keys.hash(), keys.signing(), made, ek.hash()));
        return made;
    }

    private boolean used(Path source, AgentData data, EndorsementKey ek) throws TpmException {
        TpmKeySettings keys = tpm.settings();
        if (!data.fits(keys.hash(), keys.signing(), ek.hash())) {
            return false;
        }
        try {
            tpm.useAttestationKey(data.key());
            return true;
        } catch (TpmException e) {
            if (e.problem() != TpmProblem.FOREIGN_BLOB) {
                throw e;
            }
            LOG.warn("{}: {}", source, e.getMessage());
            return false;
        }
    }
}
