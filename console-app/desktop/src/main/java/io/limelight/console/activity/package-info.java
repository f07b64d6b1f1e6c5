/** What happened and what this administrator did, kept so that it cannot be changed unseen. */
@org.jspecify.annotations.NullMarked
package io.limelight.console.activity;
