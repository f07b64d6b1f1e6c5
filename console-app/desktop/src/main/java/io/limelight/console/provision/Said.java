package io.limelight.console.provision;

import io.limelight.console.problem.Problem;
import io.limelight.console.words.Words;
import io.limelight.core.tenant.TenantException;

/** What failures of the wizard are for people. */
record Said(Words words) {
    Problem of(TenantException e) {
        return new io.limelight.console.fleet.Problems(words).of(e);
    }

    Problem because(String code, String detail) {
        return io.limelight.console.problem.Problems.of(words, code, detail, detail);
    }
}
