package io.limelight.cli.tenant;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.Endpoint;
import io.limelight.core.api.PolicyKind;
import io.limelight.core.task.TaskReport;
import io.limelight.core.tenant.Enrolled;
import tools.jackson.databind.node.ObjectNode;

/** What a run of {@code limelight tenant} says: Keylime's log lines for scripts, plain sentences for a person. */
interface TenantOutput extends TaskReport {
    /** Something to know. */
    void info(String sentence);

    /** Why it did not work; the last thing said. */
    void error(String sentences);

    /** A machine was enrolled. */
    void enrolled(Enrolled result);

    /** A verifier's answer about one machine. */
    void verifierStatus(AgentId id, Endpoint verifier, ObjectNode envelope);

    /** A registrar's answer about one machine. */
    void registrarStatus(AgentId id, Endpoint registrar, ObjectNode envelope);

    /** The machines a verifier watches. */
    void verifierList(Endpoint verifier, ObjectNode envelope);

    /** The machines a registrar knows. */
    void registrarList(Endpoint registrar, ObjectNode envelope);

    /** The status of all machines a verifier watches. */
    void bulk(ObjectNode envelope);

    /** What a verifier answered to a change, where that is a result by itself. */
    void answered(ObjectNode envelope);

    /** A policy that a verifier keeps. */
    void policy(PolicyKind kind, Endpoint verifier, ObjectNode envelope);

    /** The names of the policies that a verifier keeps. */
    void policies(PolicyKind kind, Endpoint verifier, ObjectNode envelope);

    /** Whom a verifier has told of failures, and its brake. */
    void revocations(Endpoint verifier, ObjectNode notices, ObjectNode brake);
}
