/** The sandbox: services and agents as child processes, each agent on a software TPM behind a proxy. */
@NullMarked
package io.limelight.cli.sandbox;

import org.jspecify.annotations.NullMarked;
