package io.limelight.console.provision;

import io.limelight.console.problem.Problem;
import io.limelight.console.words.Words;
import io.limelight.core.ca.CaException;
import io.limelight.core.tenant.TenantException;

/** What failures of the wizard are for people. */
record Said(Words words) {
    Problem of(TenantException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            // The keystore has one sentence for it; the CA room says the same.
            if (cause instanceof CaException
                    && String.valueOf(cause.getMessage()).startsWith("wrong password")) {
                return because("ca.wrong-password", String.valueOf(cause.getMessage()));
            }
        }
        return new io.limelight.console.fleet.Problems(words).of(e);
    }

    Problem because(String code, String detail) {
        return io.limelight.console.problem.Problems.of(words, code, detail, detail);
    }
}
