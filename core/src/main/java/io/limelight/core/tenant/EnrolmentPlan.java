package io.limelight.core.tenant;

import io.limelight.core.api.AgentId;
import io.limelight.core.payload.PayloadException;
import io.limelight.core.payload.SealedPayload;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.task.TaskStep;
import io.limelight.core.tenant.TenantException.Kind;
import io.limelight.core.tpm.PcrMask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What an enrolment will do, said before anything is done: nobody has been asked yet, and no secret has been read.
 *
 * @param draft what is wanted
 * @param steps in order
 * @param payloadCharacters length of the sealed payload as it travels; 0 without one
 * @param warnings sentences
 * @param shown what a person was shown as the payload; a run sends that and nothing else. Empty: nobody was
 */
public record EnrolmentPlan(
        EnrolmentDraft draft,
        List<TaskStep> steps,
        long payloadCharacters,
        List<String> warnings,
        Optional<PackedContents> shown) {
    /** Copies the lists. */
    public EnrolmentPlan {
        steps = List.copyOf(steps);
        warnings = List.copyOf(warnings);
    }

    /**
     * Plans.
     *
     * @throws TenantException if the draft makes no sense or its files cannot be sent
     */
    public static EnrolmentPlan of(EnrolmentDraft draft, TenantSettings settings) throws TenantException {
        if (draft.proveKey() && !draft.payload().withKey()) {
            throw new TenantException(
                    Kind.BAD_DRAFT,
                    "--verify proves a key, and none is sent: give a payload with -f, or a key with -k.");
        }
        List<TaskStep> steps = new ArrayList<>(List.of(EnrolmentSteps.RECORD, EnrolmentSteps.VERSION));
        boolean certified = draft.payload() instanceof PayloadChoice.WithCertificate;
        if (draft.payload().withKey() && !certified) {
            steps.add(EnrolmentSteps.PAYLOAD);
        }
        steps.add(EnrolmentSteps.IDENTITY);
        steps.add(EnrolmentSteps.ENDORSEMENT);
        if (!draft.replace()) {
            steps.add(EnrolmentSteps.FREE);
        }
        if (!draft.policies().none()) {
            steps.add(EnrolmentSteps.POLICIES);
        }
        if (certified) {
            steps.add(EnrolmentSteps.PACKAGE);
        }
        if (draft.replace()) {
            steps.add(EnrolmentSteps.DELETE);
        }
        if (draft.payload().withKey()) {
            steps.add(EnrolmentSteps.SHARE_U);
        }
        steps.add(EnrolmentSteps.ADD);
        steps.add(EnrolmentSteps.LISTED);
        if (draft.proveKey()) {
            steps.add(EnrolmentSteps.PROOF);
        }
        List<String> warnings = new ArrayList<>(draft.policies().warnings());
        namedTwice(draft).ifPresent(warnings::add);
        if (settings.endorsement().acceptsAnything()) {
            warnings.add(
                    "require_ek_cert is off and there is no ek_check_script: any TPM is believed, an emulator too.");
        }
        return new EnrolmentPlan(draft, steps, payloadCharacters(draft, settings), warnings, Optional.empty());
    }

    /**
     * PCRs of a {@code tpm_policy} that the boot log explains as well: a verifier compares them with both (policies.md §5.6), so
     * the next update of the firmware fails a machine whose reference state was renewed and whose values were not.
     *
     * @return a warning where the policy is a stored one, which Keylime's tenant lets pass in silence
     */
    private static Optional<String> namedTwice(EnrolmentDraft draft) throws TenantException {
        PcrMask twice = draft.policies().namedTwice(draft.tpmPolicy());
        if (twice.isEmpty()) {
            return Optional.empty();
        }
        String pcrs = IntStream.range(0, PcrMask.COUNT)
                .filter(twice::contains)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(", "));
        if (draft.policies().boot().isPresent()) {
            throw new TenantException(
                    Kind.BAD_DRAFT,
                    "--tpm_policy names PCR " + pcrs
                            + ", which --mb-policy judges by the boot log: the machine would have to match both, and"
                            + " Keylime's tenant refuses that, too. Give one of the two. Nothing was sent.");
        }
        return Optional.of(
                "PCR " + pcrs + " of --tpm_policy is judged by the boot log, too, since a measured boot policy is"
                        + " named: the machine has to match both.");
    }

    /** The same for another machine. */
    public EnrolmentPlan about(AgentId id) {
        return new EnrolmentPlan(draft.about(id), steps, payloadCharacters, warnings, shown);
    }

    /** The same with another way to the same payload. */
    EnrolmentPlan paying(UnaryOperator<PayloadChoice> how) {
        EnrolmentDraft other = new EnrolmentDraft(
                draft.id(),
                draft.replace(),
                draft.checkBeforeDelete(),
                draft.host(),
                draft.port(),
                draft.hostForVerifier(),
                how.apply(draft.payload()),
                draft.tpmPolicy(),
                draft.policies(),
                draft.proveKey(),
                draft.agentVersion());
        return new EnrolmentPlan(other, steps, payloadCharacters, warnings, shown);
    }

    /** The same, and nothing is sent but what was shown. */
    public EnrolmentPlan sendingOnly(PackedContents contents) {
        return new EnrolmentPlan(draft, steps, payloadCharacters, warnings, Optional.of(contents));
    }

    private static long payloadCharacters(EnrolmentDraft draft, TenantSettings settings) throws TenantException {
        int maxPayload = settings.maxPayload();
        return switch (draft.payload()) {
            case PayloadChoice.None none -> 0;
            case PayloadChoice.PlainFile plain -> {
                long sealed = SealedPayload.sealedLength(size(plain.file()));
                requireFits(plain.file(), sealed, maxPayload);
                yield sealed;
            }
            case PayloadChoice.Folder folder -> {
                try (SecretBytes zip =
                        PayloadPreview.pack(folder.folder(), SealedPayload.largestPlaintext(maxPayload))) {
                    yield SealedPayload.sealedLength(zip.length());
                } catch (PayloadException e) {
                    throw new TenantException(Kind.PAYLOAD, "The payload cannot be sent: " + e.getMessage() + ".", e);
                }
            }
            case PayloadChoice.ExistingKey existing -> {
                size(existing.keyFile());
                if (existing.sealed().isEmpty()) {
                    yield 0;
                }
                long sealed = size(existing.sealed().get());
                requireFits(existing.sealed().get(), sealed - 2, maxPayload);
                yield sealed;
            }
            case PayloadChoice.WithCertificate certified ->
                SealedPayload.sealedLength(PackageAssembly.expectedSize(draft.id(), certified, settings));
        };
    }

    private static void requireFits(Path file, long sealed, int maxPayload) throws TenantException {
        if (sealed > maxPayload) {
            throw new TenantException(
                    Kind.PAYLOAD,
                    "The payload cannot be sent: " + file + " comes to " + sealed
                            + " characters when sealed; max_payload_size is " + maxPayload
                            + ", which leaves " + SealedPayload.largestPlaintext(maxPayload)
                            + " bytes for the payload. Send less, or raise max_payload_size (agents take requests of at most 2 MiB).");
        }
    }

    private static long size(Path file) throws TenantException {
        try {
            if (!Files.isRegularFile(file)) {
                throw new TenantException(
                        Kind.PAYLOAD,
                        "The payload cannot be sent: " + file
                                + (Files.exists(file) ? " is not a plain file." : " does not exist."));
            }
            if (!Files.isReadable(file)) {
                throw new TenantException(Kind.PAYLOAD, "The payload cannot be sent: " + file + " may not be read.");
            }
            return Files.size(file);
        } catch (IOException e) {
            throw new TenantException(Kind.PAYLOAD, "The payload cannot be sent: " + file + ": " + e.getMessage(), e);
        }
    }
}
