package io.limelight.core.tenant;

import io.limelight.core.task.TaskStep;

/** The steps of an enrolment, in the order of the wire reference §8.1. */
final class EnrolmentSteps {
    static final TaskStep RECORD = new TaskStep("registrar-record", "ask the registrar for the machine's keys");
    static final TaskStep VERSION = new TaskStep("agent-version", "reach the machine and agree on an API version");
    static final TaskStep PAYLOAD = new TaskStep("payload", "encrypt the payload under a fresh key");
    static final TaskStep PACKAGE =
            new TaskStep("certificate-package", "issue the machine's certificate and encrypt its package");
    static final TaskStep DELETE = new TaskStep("delete", "delete the former enrolment at the verifier");
    static final TaskStep IDENTITY =
            new TaskStep("identity-quote", "check a fresh quote against the registered attestation key");
    static final TaskStep ENDORSEMENT = new TaskStep("endorsement", "check who vouches for the machine's TPM");
    static final TaskStep FREE = new TaskStep("verifier", "ask the verifier whether it watches the machine already");
    static final TaskStep POLICIES = new TaskStep("policies", "ask the verifier for policies of these names");
    static final TaskStep SHARE_U = new TaskStep("share-u", "send the share U to the machine");
    static final TaskStep ADD = new TaskStep("verifier-add", "hand the machine to the verifier");
    static final TaskStep LISTED = new TaskStep("listed", "see the machine at the verifier");
    static final TaskStep PROOF = new TaskStep("key-proof", "have the machine prove that it holds the key");

    static final TaskStep OPENED = new TaskStep("opened", "have the machine open its payload");
    static final TaskStep SCRIPT = new TaskStep("script", "run the payload's script on the machine");

    private EnrolmentSteps() {}
}
