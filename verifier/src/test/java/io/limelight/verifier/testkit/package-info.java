/** Machines that behave and misbehave as told, and a verifier to show them to. */
package io.limelight.verifier.testkit;
