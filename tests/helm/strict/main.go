// Strict reads Kubernetes manifests from standard input and refuses what the API types do not know.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"

	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/kubernetes/scheme"
)

func main() {
	decoder := serializer.NewCodecFactory(scheme.Scheme, serializer.EnableStrict).UniversalDeserializer()
	reader := yaml.NewYAMLReader(bufio.NewReader(os.Stdin))
	count := 0
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil && !isEmpty(document) {
			count++
			_, _, err = decoder.Decode(document, nil, nil)
		}
		if err != nil {
			fmt.Fprintf(os.Stderr, "document %d: %v\n", count, err)
			os.Exit(1)
		}
	}
	fmt.Println(count)
}

func isEmpty(document []byte) bool {
	json, err := yaml.ToJSON(document)
	return err == nil && string(json) == "null"
}
